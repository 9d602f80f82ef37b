using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Ours: a label that a workload may report of itself.</summary>
public sealed record LabelPermission
{
    /// <summary>Key of the label.</summary>
    public required string Key { get; init; }

    /// <summary>Values it may have; empty: any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    internal static LabelPermission Read(MapReader reader) => new()
    {
        Key = reader.RequiredText("key", LabelRules.Key),
        Values = reader.Texts("values", LabelRules.Value),
    };

    internal JsonObject ToJson() => new JsonObject().With("key", Key).With("values", Values);
}
