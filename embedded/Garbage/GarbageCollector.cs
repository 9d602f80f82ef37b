using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Garbage;

/// <summary>
/// Deletes objects whose owners are all gone, and carries out foreground and orphan deletion. An owner is its uid: a new object of
/// the same name doesn't adopt what the old one left.
/// </summary>
internal sealed class GarbageCollector(ObjectStore store, ObjectService objects, TimeProvider time, ILogger<GarbageCollector> logger)
    : ChangeFollower(store, time, logger)
{
    private static readonly WriteContext Writer = new("v1", "garbage-collector");

    private readonly OwnerGraph _graph = new();
    private readonly Queue<string> _due = new();
    private readonly HashSet<string> _queued = [];

    protected override void Reset()
    {
        _graph.Clear();
        _due.Clear();
        _queued.Clear();
    }

    protected override void Observe(Change change)
    {
        GraphNode node = GraphNode.FromObject(change.Object);
        if (change.Type == ChangeType.Deleted)
        {
            _graph.Remove(node.Uid);
        }
        else
        {
            _graph.Set(node);
            Enqueue(node.Uid);
        }

        // Dependents may have lost an owner; an owner that waits for its dependents may be free to go.
        foreach (GraphNode dependent in _graph.Dependents(node.Uid))
        {
            Enqueue(dependent.Uid);
        }

        foreach (OwnerLink link in node.Owners)
        {
            Enqueue(link.Uid);
        }
    }

    protected override async Task ActAsync()
    {
        while (_due.TryDequeue(out string? uid))
        {
            _queued.Remove(uid);
            if (_graph.Find(uid) is { } node)
            {
                await CollectAsync(node);
            }
        }
    }

    private void Enqueue(string uid)
    {
        if (_queued.Add(uid))
        {
            _due.Enqueue(uid);
        }
    }

    private async Task CollectAsync(GraphNode node)
    {
        if (node.Orphans)
        {
            await OrphanAsync(node);
        }
        else if (node.WaitsForDependents)
        {
            if (!_graph.Dependents(node.Uid).Any(d => d.Owners.Any(o => o.Uid == node.Uid && o.Blocks)))
            {
                await DropFinalizerAsync(node, ObjectService.ForegroundFinalizer);
            }
        }
        else if (!node.Owners.IsEmpty && !node.Deleting)
        {
            await JudgeAsync(node);
        }
    }

    private async Task JudgeAsync(GraphNode node)
    {
        OwnerLink[] solid = [.. node.Owners.Where(o => _graph.Owner(node, o) is { WaitsForDependents: false })];
        if (solid.Length == node.Owners.Length)
        {
            return;
        }

        if (solid.Length > 0)
        {
            HashSet<string> kept = [.. solid.Select(s => s.Uid)];
            await ChangeAsync(node, value => KeepOwners(value, kept.Contains));
            return;
        }

        bool waited = node.Owners.Any(o => _graph.Owner(node, o) is not null);
        Kind kind = KindRegistry.Find(node.Key.Resource)!;
        await TolerantAsync(() => objects.DeleteAsync(kind, node.Key.Namespace, node.Key.Name, new DeleteRequest
        {
            Uid = node.Uid,
            Propagation = waited && _graph.Dependents(node.Uid).Count > 0 ? "Foreground" : "Background",
        }));
    }

    private async Task OrphanAsync(GraphNode node)
    {
        foreach (GraphNode dependent in _graph.Dependents(node.Uid))
        {
            await ChangeAsync(dependent, value => KeepOwners(value, uid => uid != node.Uid));
        }

        await DropFinalizerAsync(node, ObjectService.OrphanFinalizer);
    }

    private Task DropFinalizerAsync(GraphNode node, string finalizer) => ChangeAsync(node, value =>
    {
        JsonObject metadata = value.Metadata();
        JsonNode?[] kept = [.. metadata.Texts("finalizers").Where(f => f != finalizer).Select(f => JsonValue.Create(f))];
        metadata.Remove("finalizers");
        if (kept.Length > 0)
        {
            metadata["finalizers"] = new JsonArray(kept);
        }
    });

    private static void KeepOwners(JsonObject value, Func<string, bool> kept)
    {
        JsonObject metadata = value.Metadata();
        JsonNode?[] owners =
            [.. metadata.List("ownerReferences").Where(o => kept(o.Text("uid") ?? "")).Select(o => o?.DeepClone())];
        metadata.Remove("ownerReferences");
        if (owners.Length > 0)
        {
            metadata["ownerReferences"] = new JsonArray(owners);
        }
    }

    private Task ChangeAsync(GraphNode node, Action<JsonObject> change)
    {
        Kind kind = KindRegistry.Find(node.Key.Resource)!;
        return TolerantAsync(() => objects.UpdateAsync(
            kind,
            node.Key.Namespace,
            node.Key.Name,
            value =>
            {
                change(value);
                return value;
            },
            Writer with { Version = kind.StoredVersion },
            node.Uid));
    }
}
