using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Authorization.Conditions;

namespace Onboarding.Authorization.Rules;

/// <summary>A matcher made ready: its conditions, the platform first.</summary>
internal sealed class CompiledMatcher(WorkloadIdentityMatcher matcher, RuleEffect effect)
{
    private readonly Condition[] _conditions = MatcherConditions.Compile(matcher, effect);

    /// <summary>True if every condition holds. Doesn't allocate.</summary>
    public bool Matches(WorkloadIdentity identity)
    {
        foreach (Condition condition in _conditions)
        {
            if (!condition.Holds(identity))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// How close the identity comes: every condition that holds counts one, and the fewer don't the better; all of them count 50.
    /// Doesn't allocate: an explanation asks thousands of rules and shows a few.
    /// </summary>
    public Closeness Measure(WorkloadIdentity identity)
    {
        // Of another platform nothing else can hold.
        if (!_conditions[0].Holds(identity))
        {
            return default;
        }

        int held = 1;
        for (int i = 1; i < _conditions.Length; i++)
        {
            held += _conditions[i].Holds(identity) ? 1 : 0;
        }

        int failed = _conditions.Length - held;
        return new Closeness((failed == 0 ? 50 : 0) + held + (1.0 / (1 + failed)), held - 1);
    }

    /// <summary>Every condition with what it asks for and finds; the platform only if it fails, or nothing else is asked for.</summary>
    public IReadOnlyList<ConditionResult> Check(WorkloadIdentity identity) =>
        _conditions.Length == 1 || !_conditions[0].Holds(identity)
            ? [_conditions[0].Check(identity)]
            : [.. _conditions.Skip(1).Select(condition => condition.Check(identity))];
}
