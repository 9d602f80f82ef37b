namespace Onboarding.Api.Reading.Nodes;

/// <summary>Keys with values, each key once, in the order of the document.</summary>
internal sealed class MapNode(Position position, IReadOnlyList<MapEntry> entries) : Node(position)
{
    private readonly Dictionary<string, MapEntry> _byKey = entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);

    public IReadOnlyList<MapEntry> Entries { get; } = entries;

    public override long Count { get; } = 1 + entries.Sum(entry => entry.Value.Count);

    public override int Height { get; } = 1 + entries.Select(entry => entry.Value.Height).DefaultIfEmpty().Max();

    public MapEntry? Find(string key) => _byKey.GetValueOrDefault(key);

    public override string Describe() => "an object";
}

/// <summary>A key with its value.</summary>
internal sealed record MapEntry(string Key, Position KeyPosition, Node Value);
