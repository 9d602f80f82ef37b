using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Meta;

/// <summary>Selects objects by their labels (<c>metav1.LabelSelector</c>). All conditions must hold; an empty selector selects everything.</summary>
public sealed record LabelSelector
{
    /// <summary>Labels an object must have.</summary>
    public IReadOnlyDictionary<string, string> MatchLabels { get; init; } = EmptyMap.Instance;

    /// <summary>Further conditions.</summary>
    public IReadOnlyList<LabelSelectorRequirement> MatchExpressions { get; init; } = [];

    /// <summary>True if an object with these labels is selected.</summary>
    /// <param name="labels">The labels of the object.</param>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return MatchLabels.All(pair => labels.TryGetValue(pair.Key, out string? value) && value == pair.Value)
            && MatchExpressions.All(expression => expression.Matches(labels));
    }

    internal static LabelSelector Read(MapReader reader) => new()
    {
        MatchLabels = reader.Labels("matchLabels"),
        MatchExpressions = reader.Messages("matchExpressions", LabelSelectorRequirement.Read),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("matchLabels", MatchLabels)
        .With("matchExpressions", MatchExpressions, expression => expression.ToJson());
}
