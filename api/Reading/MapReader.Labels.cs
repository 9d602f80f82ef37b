using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>Labels.</summary>
internal sealed partial class MapReader
{
    /// <summary>A map of labels, keys and values as Kubernetes accepts them; empty if the field isn't set.</summary>
    public IReadOnlyDictionary<string, string> Labels(string field)
    {
        IReadOnlyDictionary<string, string> labels = TextMap(field);
        if (labels.Count == 0 || Find(field)?.Value is not MapNode map)
        {
            return labels;
        }

        foreach (MapEntry pair in map.Entries)
        {
            string at = FieldPath.Key(At(field), pair.Key);
            if (LabelRules.Key(pair.Key) is { } wrongKey)
            {
                context.Error(pair.KeyPosition, at, ProblemReason.Invalid, wrongKey);
            }

            if (labels.TryGetValue(pair.Key, out string? value) && LabelRules.Value(value) is { } wrongValue)
            {
                context.Error(pair.Value.Position, at, ProblemReason.Invalid, wrongValue);
            }
        }

        return labels;
    }
}
