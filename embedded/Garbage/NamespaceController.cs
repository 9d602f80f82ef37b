using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Seeding;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Garbage;

/// <summary>Empties namespaces that are deleted, then lets them go; gives every other namespace what each has.</summary>
internal sealed class NamespaceController(
    ObjectStore store, ObjectService objects, AuthoritySecrets authority, TimeProvider time, ILogger<NamespaceController> logger)
    : ChangeFollower(store, time, logger)
{
    private readonly ObjectStore _store = store;
    private readonly HashSet<string> _due = [];
    private bool _authorityDue;

    protected override void Reset()
    {
        _due.Clear();
        _authorityDue = true;
    }

    protected override void Observe(Change change)
    {
        if (change.Object.Key.Resource == CoreKinds.Namespace.Resource)
        {
            _due.Add(change.Object.Key.Name);
        }
        else if (AuthoritySecrets.Concern(change.Object.Key))
        {
            _authorityDue = true;
        }
        else if (change.Type == ChangeType.Deleted || change.Object.Key.Resource == CoreKinds.ConfigMap.Resource)
        {
            _due.Add(change.Object.Key.Namespace);
        }
    }

    protected override async Task ActAsync()
    {
        if (_authorityDue)
        {
            // First the authority, then what is published of it.
            await authority.FollowAsync();
            _due.UnionWith(_store.List(new ListQuery(CoreKinds.Namespace.Resource)).Items.Select(n => n.Key.Name));
            _authorityDue = false;
        }

        foreach (string name in _due)
        {
            if (name.Length == 0 || _store.Get(ObjectService.Key(CoreKinds.Namespace, "", name)) is not { } found)
            {
                continue;
            }

            await (found.Root.GetProperty("metadata").TryGetProperty("deletionTimestamp", out JsonElement _)
                ? EmptyAsync(found)
                : FillAsync(name));
        }

        _due.Clear();
    }

    private async Task EmptyAsync(StoredObject found)
    {
        string name = found.Key.Name;
        bool empty = true;
        foreach (Kind kind in KindRegistry.All.Where(k => k.Namespaced))
        {
            foreach (StoredObject item in _store.List(new ListQuery(kind.Resource) { Namespace = name }).Items)
            {
                bool gone = false;
                await TolerantAsync(async () =>
                    gone = (await objects.DeleteAsync(kind, name, item.Key.Name, new DeleteRequest { Uid = item.Uid })).Gone);
                empty &= gone;
            }
        }

        if (empty)
        {
            await DeleteAsync(found);
        }
    }

    private async Task DeleteAsync(StoredObject found)
    {
        JsonObject last = found.ToJson();
        if (last.List("metadata", "finalizers").Any())
        {
            return;
        }

        last.Child("spec").Remove("finalizers");
        try
        {
            await _store.WriteAsync(new StoreWrite(found.Key, found.Version, last, Delete: true));
        }
        catch (StoreConflictException)
        {
            // It changed; the change brings it here again.
        }
    }

    private async Task FillAsync(string name)
    {
        foreach ((Kind kind, JsonObject value) in objects.NamespaceContents?.Invoke() ?? [])
        {
            string item = value.Text("metadata", "name")!;
            var context = new WriteContext(kind.StoredVersion, "istiod");
            if (_store.Get(ObjectService.Key(kind, name, item)) is not { } found)
            {
                await TolerantAsync(() => objects.CreateAsync(kind, name, value, context));
            }
            else if (!JsonNode.DeepEquals(found.ToJson()["data"], value["data"]))
            {
                // A sidecar that trusts another's root would talk to another's istiod.
                await TolerantAsync(() => objects.UpdateAsync(kind, name, item, live => WithData(live, value), context));
            }
        }
    }

    private static JsonObject WithData(JsonObject live, JsonObject wanted)
    {
        live["data"] = wanted["data"]?.DeepClone();
        return live;
    }
}
