using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Schemas;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Objects;

/// <summary>
/// Creates, changes and deletes objects by the rules every kind shares. What it returns is in the stored version; the caller
/// converts.
/// </summary>
internal sealed partial class ObjectService(ObjectStore store, TimeProvider time)
{
    private const int MostGeneratedPrefix = 58;

    /// <summary>Retries of a write that lost a race, when the client didn't name a version.</summary>
    private const int MostAttempts = 50;

    public static ObjectKey Key(Kind kind, string @namespace, string name) =>
        new(kind.Resource, kind.Namespaced ? @namespace : "", name);

    public JsonObject Get(Kind kind, string @namespace, string name) =>
        store.Get(Key(kind, @namespace, name))?.ToJson() ?? throw ApiErrors.NotFound(kind, name);

    /// <summary>Stores a new object.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="namespace">Namespace of the request; empty for cluster-scoped kinds.</param>
    /// <param name="value">The object; taken over.</param>
    /// <param name="context">How it was asked for.</param>
    public async Task<JsonObject> CreateAsync(Kind kind, string @namespace, JsonObject value, WriteContext context)
    {
        CheckIdentity(kind, @namespace, value);
        JsonObject metadata = value.Metadata();
        if (!string.IsNullOrEmpty(metadata.Text("resourceVersion")))
        {
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        }

        string? prefix = string.IsNullOrEmpty(metadata.Text("name")) ? metadata.Text("generateName") : null;
        for (int attempt = 1; ; attempt++)
        {
            JsonObject candidate = attempt == 1 && prefix is null ? value : value.DeepClone().AsObject();
            if (!string.IsNullOrEmpty(prefix))
            {
                candidate.Metadata()["name"] = Generated(prefix);
            }

            PrepareNew(kind, candidate, context);
            string name = candidate.Text("metadata", "name")!;
            try
            {
                return await InsertAsync(kind, Key(kind, @namespace, name), candidate, context.DryRun);
            }
            catch (StoreConflictException) when (prefix is not null && attempt < 8)
            {
                // Another object has this generated name; the next one will be free.
            }
            catch (StoreConflictException)
            {
                throw ApiErrors.AlreadyExists(kind, name);
            }
        }
    }

    /// <summary>Changes an object; repeated on the newest state if another write came first, unless the change named a version.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="change">Makes the new state of the current one, which it may change in place.</param>
    /// <param name="context">How it was asked for.</param>
    /// <param name="uid">The only object that may be changed; null for any of that name.</param>
    public async Task<JsonObject> UpdateAsync(
        Kind kind, string @namespace, string name, Func<JsonObject, JsonObject> change, WriteContext context, string? uid = null)
    {
        ObjectKey key = Key(kind, @namespace, name);
        for (int attempt = 1; ; attempt++)
        {
            StoredObject current = store.Get(key) ?? throw ApiErrors.NotFound(kind, name);
            JsonObject live = current.ToJson();
            JsonObject next = change(live.DeepClone().AsObject());
            CheckIdentity(kind, @namespace, next);
            CheckUid(kind, name, live, uid ?? next.Text("metadata", "uid"));
            string? wanted = next.Text("metadata", "resourceVersion");
            if (string.IsNullOrEmpty(wanted) && context.RequireVersion && !kind.BuiltIn)
            {
                throw ApiErrors.Invalid(kind, name,
                    [FieldError.Invalid("metadata.resourceVersion", "0", "must be specified for an update")]);
            }

            bool pinned = context.RequireVersion && !string.IsNullOrEmpty(wanted);
            if (!string.IsNullOrEmpty(wanted) && wanted != live.Text("metadata", "resourceVersion"))
            {
                throw ApiErrors.Modified(kind, name);
            }

            PrepareChanged(kind, live, next, context);
            if (JsonNode.DeepEquals(live, next))
            {
                return live;
            }

            bool gone = kind != CoreKinds.Namespace && live.At("metadata", "deletionTimestamp") is not null && !HasFinalizers(next);
            try
            {
                return context.DryRun ? next : await WriteAsync(new StoreWrite(key, current.Version, next, gone));
            }
            catch (StoreConflictException) when (!pinned && attempt < MostAttempts)
            {
                // Another client was first; the change is made again on what is there now.
            }
            catch (StoreConflictException)
            {
                throw ApiErrors.Modified(kind, name);
            }
        }
    }

    private static bool HasFinalizers(JsonObject value) => value.List("metadata", "finalizers").Any();

    private static string Generated(string prefix)
    {
        // The letters Kubernetes uses: no vowels, so that no words come out.
        string suffix = RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
        return (prefix.Length > MostGeneratedPrefix ? prefix[..MostGeneratedPrefix] : prefix) + suffix;
    }

    private static void CheckIdentity(Kind kind, string @namespace, JsonObject value)
    {
        JsonObject metadata = value.Metadata();
        string given = metadata.Text("namespace") ?? "";
        if (kind.Namespaced)
        {
            if (given.Length > 0 && given != @namespace)
            {
                throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            }

            metadata["namespace"] = @namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }
    }

    private static void CheckUid(Kind kind, string name, JsonObject live, string? uid)
    {
        string actual = live.Text("metadata", "uid") ?? "";
        if (!string.IsNullOrEmpty(uid) && uid != actual)
        {
            throw ApiErrors.Conflict(kind, name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {actual}");
        }
    }

    /// <summary>The namespace of a new object, which must exist and stay; null for cluster-scoped kinds.</summary>
    private StoreGuard? RequireNamespace(Kind kind, ObjectKey key)
    {
        if (!kind.Namespaced)
        {
            return null;
        }

        StoredObject found = store.Get(Key(CoreKinds.Namespace, "", key.Namespace)) ??
            throw ApiErrors.NotFound(CoreKinds.Namespace, key.Namespace);
        return found.Metadata("deletionTimestamp") is null
            ? new StoreGuard(found.Key, found.Version)
            : throw ApiErrors.Forbidden(
                kind,
                key.Name,
                $"unable to create new content in namespace {key.Namespace} because it is being terminated",
                "NamespaceTerminating");
    }

    private async Task<JsonObject> InsertAsync(Kind kind, ObjectKey key, JsonObject value, bool dryRun)
    {
        if (kind == CoreKinds.Namespace && !dryRun)
        {
            return await InsertNamespaceAsync(key, value);
        }

        while (true)
        {
            StoreGuard? guard = RequireNamespace(kind, key);
            if (dryRun)
            {
                return store.Get(key) is { } existing ? throw new StoreConflictException(key, existing) : value;
            }

            try
            {
                return await WriteAsync(new StoreWrite(key, 0, value) { Guard = guard });
            }
            catch (StoreConflictException moved) when (moved.Key == guard?.Key)
            {
                // Without looking again, an object could come into a namespace that has just been emptied, and outlive it.
            }
        }
    }

    /// <summary>A namespace comes with what every namespace has, in one transaction: no one ever sees it without.</summary>
    private async Task<JsonObject> InsertNamespaceAsync(ObjectKey key, JsonObject value)
    {
        List<StoreWrite> writes = [new(key, 0, value)];
        foreach ((Kind kind, JsonObject content) in NamespaceContents?.Invoke() ?? [])
        {
            content.Metadata()["namespace"] = key.Name;
            PrepareNew(kind, content, new WriteContext(kind.StoredVersion, "kube-controller-manager"));
            ObjectKey contentKey = Key(kind, key.Name, content.Text("metadata", "name")!);
            if (store.Get(contentKey) is null)
            {
                writes.Add(new StoreWrite(contentKey, 0, content));
            }
        }

        await store.WriteAsync(writes);
        return value;
    }

    /// <summary>What every namespace gets; set while the server starts.</summary>
    public Func<IEnumerable<(Kind Kind, JsonObject Value)>>? NamespaceContents { get; set; }

    private async Task<JsonObject> WriteAsync(StoreWrite write)
    {
        await store.WriteAsync(write);
        return write.Object;
    }

    private void PrepareNew(Kind kind, JsonObject value, WriteContext context)
    {
        JsonObject metadata = value.Metadata();
        foreach (string field in (string[])["selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"])
        {
            metadata.Remove(field);
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = time.Now();
        if (kind.HasGeneration)
        {
            metadata["generation"] = 1;
        }

        if (kind.HasStatus)
        {
            value.Remove("status");
        }

        Complete(kind, value, null, context);
    }

    private void PrepareChanged(Kind kind, JsonObject live, JsonObject next, WriteContext context)
    {
        JsonObject metadata = next.Metadata();
        JsonObject before = live.Metadata();
        if (context.Subresource == "status")
        {
            // The status endpoint changes the status and nothing else.
            JsonNode? status = next["status"]?.DeepClone();
            JsonNode? owners = metadata["managedFields"]?.DeepClone();
            next = Replace(next, live.DeepClone().AsObject());
            next.Remove("status");
            if (status is not null)
            {
                next["status"] = status;
            }

            metadata = next.Metadata();
            metadata.Remove("managedFields");
            if (owners is not null)
            {
                metadata["managedFields"] = owners;
            }
        }
        else if (kind.HasStatus)
        {
            next.Remove("status");
            if (live["status"] is { } status)
            {
                next["status"] = status.DeepClone();
            }
        }

        foreach (string field in (string[])[
            "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion", "selfLink",
            "generateName"])
        {
            metadata.Remove(field);
            if (before[field] is { } value)
            {
                metadata[field] = value.DeepClone();
            }
        }

        Complete(kind, next, live, context);
        if (kind.HasGeneration && !SameDesire(live, next))
        {
            metadata["generation"] = (before.Number("generation") ?? 0) + 1;
        }
    }

    private static JsonObject Replace(JsonObject target, JsonObject source)
    {
        target.Clear();
        foreach ((string name, JsonNode? value) in source.ToArray())
        {
            source.Remove(name);
            target[name] = value;
        }

        return target;
    }

    private static bool SameDesire(JsonObject left, JsonObject right)
    {
        static JsonObject Desire(JsonObject value)
        {
            JsonObject copy = value.DeepClone().AsObject();
            copy.Remove("metadata");
            copy.Remove("status");
            return copy;
        }

        return JsonNode.DeepEquals(Desire(left), Desire(right));
    }
}
