using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Objects;

internal sealed partial class ObjectService
{
    /// <summary>Held while dependents are deleted first.</summary>
    public const string ForegroundFinalizer = "foregroundDeletion";

    /// <summary>Held while dependents are told that they have no owner any more.</summary>
    public const string OrphanFinalizer = "orphan";

    /// <summary>Deletes an object, or marks it for deletion while finalizers hold it.</summary>
    /// <returns>The object's last state, and whether it is gone.</returns>
    public async Task<(JsonObject Value, bool Gone)> DeleteAsync(Kind kind, string @namespace, string name, DeleteRequest options)
    {
        ObjectKey key = Key(kind, @namespace, name);
        for (int attempt = 1; ; attempt++)
        {
            StoredObject current = store.Get(key) ?? throw ApiErrors.NotFound(kind, name);
            JsonObject value = current.ToJson();
            CheckDeletion(kind, name, value, options);
            bool held = Mark(kind, value, options);
            if (held && JsonNode.DeepEquals(value, current.ToJson()))
            {
                return (value, false);
            }

            try
            {
                return (options.DryRun ? value : await WriteAsync(new StoreWrite(key, current.Version, value, Delete: !held)), !held);
            }
            catch (StoreConflictException) when (attempt < MostAttempts)
            {
                // The preconditions are checked again on what is there now.
            }
            catch (StoreConflictException)
            {
                throw ApiErrors.Modified(kind, name);
            }
        }
    }

    /// <summary>Marks the object for deletion; false if nothing holds it.</summary>
    private bool Mark(Kind kind, JsonObject value, DeleteRequest options)
    {
        JsonObject metadata = value.Metadata();
        SetFinalizer(metadata, ForegroundFinalizer, options.Propagation == "Foreground");
        SetFinalizer(metadata, OrphanFinalizer, options.Propagation == "Orphan");
        bool held = HasFinalizers(value) || kind == CoreKinds.Namespace;
        if (!held)
        {
            return false;
        }

        if (metadata["deletionTimestamp"] is null)
        {
            metadata["deletionTimestamp"] = time.Now();
            metadata["deletionGracePeriodSeconds"] = 0;
            if (metadata.Number("generation") is { } generation)
            {
                metadata["generation"] = generation + 1;
            }
        }

        if (kind == CoreKinds.Namespace)
        {
            value.Child("status")["phase"] = "Terminating";
        }

        return true;
    }

    private static void CheckDeletion(Kind kind, string name, JsonObject value, DeleteRequest options)
    {
        if (kind == CoreKinds.Namespace && name is ("default" or "kube-system" or "kube-public"))
        {
            throw ApiErrors.Forbidden(kind, name, "this namespace may not be deleted");
        }

        string uid = value.Text("metadata", "uid") ?? "";
        if (!string.IsNullOrEmpty(options.Uid) && options.Uid != uid)
        {
            throw ApiErrors.NotAsExpected(
                kind, name, $"the UID in the precondition ({options.Uid}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        }

        string version = value.Text("metadata", "resourceVersion") ?? "";
        if (!string.IsNullOrEmpty(options.ResourceVersion) && options.ResourceVersion != version)
        {
            throw ApiErrors.NotAsExpected(
                kind, name, $"the ResourceVersion in the precondition ({options.ResourceVersion}) does not match the ResourceVersion in record ({version}). The object might have been modified");
        }
    }

    private static void SetFinalizer(JsonObject metadata, string finalizer, bool wanted)
    {
        List<string> finalizers = [.. metadata.Texts("finalizers").Where(f => f != finalizer)];
        if (wanted)
        {
            finalizers.Add(finalizer);
        }

        metadata.Remove("finalizers");
        if (finalizers.Count > 0)
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => JsonValue.Create(f))]);
        }
    }
}
