using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Documents;

/// <summary>Collects the entries of an object, each key once.</summary>
internal sealed class MapBuilder(ReadContext context, string path)
{
    private readonly List<MapEntry> _entries = [];
    private readonly Dictionary<string, Position> _keys = new(StringComparer.Ordinal);

    public void Add(string key, Position position, Node value)
    {
        if (_keys.TryGetValue(key, out Position first))
        {
            // Which of them counts differs between readers; what one program checked another may not use.
            context.Error(
                position,
                FieldPath.Child(path, ScalarNode.Show(key)),
                ProblemReason.Duplicate,
                $"is set twice: first at line {first.Line}, column {first.Column}");
            return;
        }

        _keys[key] = position;
        _entries.Add(new MapEntry(key, position, value));
    }

    /// <summary>Adds what a merge key brings: keys that are there already win.</summary>
    public void Merge(MapNode merged)
    {
        foreach (MapEntry entry in merged.Entries.Where(entry => _keys.TryAdd(entry.Key, entry.KeyPosition)))
        {
            _entries.Add(entry);
        }
    }

    public MapNode Build(Position position) => new(position, _entries);
}
