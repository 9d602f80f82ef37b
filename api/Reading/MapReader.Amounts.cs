using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>Fields that Kubernetes calls IntOrString.</summary>
internal sealed partial class MapReader
{
    /// <summary>A number or a text, as text; null if the field isn't set.</summary>
    public string? TextOrNumber(string field, TextCheck check)
    {
        if (Find(field) is not { } entry)
        {
            return null;
        }

        if (entry.Value is not ScalarNode { Kind: ScalarKind.Number or ScalarKind.Text } scalar)
        {
            context.Error(entry.Value.Position, At(field), ProblemReason.TypeInvalid, $"must be a number or a text, not {entry.Value.Describe()}");
            return null;
        }

        if (check(scalar.Text) is { } problem)
        {
            context.Error(entry.Value.Position, At(field), ProblemReason.Invalid, problem);
            return null;
        }

        return scalar.Text;
    }
}
