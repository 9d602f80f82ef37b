using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Meta;

/// <summary>One condition of a <see cref="LabelSelector"/>.</summary>
public sealed record LabelSelectorRequirement
{
    internal static readonly IReadOnlyList<string> Operators = ["In", "NotIn", "Exists", "DoesNotExist"];

    /// <summary>Key of the label.</summary>
    public required string Key { get; init; }

    /// <summary><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>Values for <c>In</c> and <c>NotIn</c>; at least one. Empty for the others.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>True if labels fulfil the condition. An unknown operator is never fulfilled.</summary>
    /// <param name="labels">The labels of the object.</param>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        bool present = labels.TryGetValue(Key, out string? value);
        return Operator switch
        {
            "In" => present && Values.Contains(value!),
            // As in Kubernetes: an object without the label fulfils NotIn.
            "NotIn" => !present || !Values.Contains(value!),
            "Exists" => present,
            "DoesNotExist" => !present,
            _ => false,
        };
    }

    internal static LabelSelectorRequirement Read(MapReader reader)
    {
        string key = reader.RequiredText("key", LabelRules.Key);
        string name = reader.RequiredText("operator");
        IReadOnlyList<string> values = reader.Texts("values", LabelRules.Value);
        if (name.Length != 0 && !Operators.Contains(name))
        {
            reader.Error("operator", ProblemReason.NotSupported, $"must be one of {string.Join(", ", Operators)}, not \"{name}\"{Suggestion.For(name, Operators)}");
        }
        else if (name is "In" or "NotIn" && values.Count == 0)
        {
            reader.Error("values", ProblemReason.Required, $"is required for operator {name}");
        }
        else if (name is "Exists" or "DoesNotExist" && values.Count != 0)
        {
            reader.Error("values", ProblemReason.Invalid, $"must be empty for operator {name}");
        }

        return new LabelSelectorRequirement { Key = key, Operator = name, Values = values };
    }

    internal JsonObject ToJson() => new JsonObject().With("key", Key).With("operator", Operator).With("values", Values);
}
