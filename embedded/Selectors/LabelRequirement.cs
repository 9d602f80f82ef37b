using System.Collections.Immutable;

namespace Onboarding.Embedded.Selectors;

/// <summary>One condition on a label.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operation"><c>in</c>, <c>notin</c>, <c>exists</c> or <c>!</c>.</param>
/// <param name="Values">Values to compare with.</param>
internal sealed record LabelRequirement(string Key, string Operation, ImmutableArray<string> Values)
{
    /// <param name="value">The label's value; null if it isn't set.</param>
    public bool Holds(string? value) => Operation switch
    {
        "in" => value is not null && Values.Contains(value),
        // An object without the label isn't in any set.
        "notin" => value is null || !Values.Contains(value),
        "exists" => value is not null,
        _ => value is null,
    };
}
