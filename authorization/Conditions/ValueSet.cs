using Onboarding.Api.Identity;

namespace Onboarding.Authorization.Conditions;

/// <summary>Values of which one is asked for: searched one by one if there are few, else by hash.</summary>
internal sealed class ValueSet(IReadOnlyList<string> values, bool ignoreCase = false)
{
    private const int FewValues = 8;

    private readonly StringComparison _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
    private readonly HashSet<string>? _many =
        values.Count > FewValues ? new HashSet<string>(values, ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal) : null;

    /// <summary>The values as they stand in the policy.</summary>
    public IReadOnlyList<string> Values => values;

    public bool Contains(string? value)
    {
        if (value is null)
        {
            return false;
        }

        if (_many is not null)
        {
            return _many.Contains(value);
        }

        for (int i = 0; i < values.Count; i++)
        {
            if (string.Equals(values[i], value, _comparison))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A field of the identity must have one of some values.</summary>
internal sealed class ValueCondition(string kind, ValueSet values, Func<WorkloadIdentity, string?> field) : Condition(kind)
{
    public override string Expected => OneOf(values.Values);

    public override bool Holds(WorkloadIdentity identity) => values.Contains(field(identity));

    public override string Actual(WorkloadIdentity identity) => Quote(field(identity));
}
