using System.Text.Json;

namespace Onboarding.Embedded.Garbage;

/// <summary>Who owns whom.</summary>
internal sealed class OwnerGraph
{
    private readonly Dictionary<string, GraphNode> _nodes = [];
    private readonly Dictionary<string, HashSet<string>> _dependents = [];

    public GraphNode? Find(string uid) => _nodes.GetValueOrDefault(uid);

    public IReadOnlyList<GraphNode> Dependents(string uid) =>
        _dependents.TryGetValue(uid, out HashSet<string>? uids) ? [.. uids.Select(Find).OfType<GraphNode>()] : [];

    /// <summary>The owner, if it exists where a reference of this object may point: in its namespace, or in none.</summary>
    public GraphNode? Owner(GraphNode dependent, OwnerLink link) =>
        Find(link.Uid) is { } owner && (owner.Key.Namespace.Length == 0 || owner.Key.Namespace == dependent.Key.Namespace) ? owner : null;

    public void Set(GraphNode node)
    {
        Remove(node.Uid);
        _nodes[node.Uid] = node;
        foreach (OwnerLink link in node.Owners)
        {
            if (!_dependents.TryGetValue(link.Uid, out HashSet<string>? dependents))
            {
                dependents = [];
                _dependents[link.Uid] = dependents;
            }

            dependents.Add(node.Uid);
        }
    }

    public void Remove(string uid)
    {
        if (!_nodes.Remove(uid, out GraphNode? node))
        {
            return;
        }

        foreach (OwnerLink link in node.Owners)
        {
            if (_dependents.TryGetValue(link.Uid, out HashSet<string>? dependents) && dependents.Remove(uid) && dependents.Count == 0)
            {
                _dependents.Remove(link.Uid);
            }
        }
    }

    public void Clear()
    {
        _nodes.Clear();
        _dependents.Clear();
    }
}

/// <summary>An owner reference.</summary>
internal readonly record struct OwnerLink(string Uid, bool Blocks)
{
    public static OwnerLink Parse(JsonElement reference) => new(
        reference.TryGetProperty("uid", out JsonElement uid) ? uid.GetString() ?? "" : "",
        reference.TryGetProperty("blockOwnerDeletion", out JsonElement block) && block.ValueKind == JsonValueKind.True);
}
