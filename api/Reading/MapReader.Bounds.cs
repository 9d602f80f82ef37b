using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>Bounds as CRD schemas have them.</summary>
internal sealed partial class MapReader
{
    /// <summary>A text of at most so many characters.</summary>
    public void BoundedText(string field, int longest) => Text(
        field, value => value.EnumerateRunes().Count() <= longest ? null : $"may not be more than {longest} characters long");

    /// <summary>A map of texts with at most so many entries.</summary>
    public void BoundedMap(string field, int most)
    {
        TextMap(field);
        if (Find(field)?.Value is MapNode map && map.Entries.Count > most)
        {
            Error(field, ProblemReason.Invalid, $"must have at most {most} items");
        }
    }

    /// <summary>Reports if none of the lists has an item where one must: what has no bound at all would admit everybody.</summary>
    public void RequireBound(bool required, int items, params ReadOnlySpan<string> fields)
    {
        if (required && items == 0)
        {
            context.Error(Position, Path, ProblemReason.Required, $"needs at least one item in one of: {string.Join(", ", fields)}");
        }
    }

    /// <summary>The text of a field whatever else is checked of it; empty if there is none.</summary>
    public string TextIfAny(string field) => Find(field)?.Value is ScalarNode { Kind: ScalarKind.Text } scalar ? scalar.Text : "";

    /// <summary>An object whose keys are data; null if the field isn't set or isn't one (which something else reports).</summary>
    public MapReader? Object(string field)
    {
        string at = At(field);
        return Find(field) is { } entry && Expect<MapNode>(entry.Value, at, "an object") is { } map
            ? new MapReader(context, map, at) { _keysAreData = true }
            : null;
    }
}
