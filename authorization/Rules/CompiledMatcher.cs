using Onboarding.Api.Authorization;
using Onboarding.Api.Identity;
using Onboarding.Authorization.Conditions;

namespace Onboarding.Authorization.Rules;

/// <summary>A matcher made ready: its conditions, the platform first.</summary>
internal sealed class CompiledMatcher(WorkloadIdentityMatcher matcher, RuleEffect effect)
{
    private readonly Condition[] _conditions = MatcherConditions.Of(matcher, effect);

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
    public double Score(WorkloadIdentity identity)
    {
        int held = 0;
        int failed = 0;

        // Of another platform nothing else can hold.
        for (int i = _conditions[0].Holds(identity) ? 0 : _conditions.Length; i < _conditions.Length; i++)
        {
            if (_conditions[i].Holds(identity))
            {
                held++;
            }
            else
            {
                failed++;
            }
        }

        return held == 0 ? 0 : (failed == 0 ? 50 : 0) + held + (1.0 / (1 + failed));
    }

    /// <summary>Kinds of conditions that hold, apart from the platform: what a caller may learn.</summary>
    public int CountMatched(WorkloadIdentity identity)
    {
        int held = 0;
        for (int i = _conditions[0].Holds(identity) ? 1 : _conditions.Length; i < _conditions.Length; i++)
        {
            held += _conditions[i].Holds(identity) ? 1 : 0;
        }

        return held;
    }

    /// <summary>Every condition with what it asks for and finds; the platform only if it fails, or nothing else is asked for.</summary>
    public IReadOnlyList<ConditionResult> Check(WorkloadIdentity identity) =>
        _conditions.Length == 1 || !_conditions[0].Holds(identity)
            ? [_conditions[0].Check(identity)]
            : [.. _conditions.Skip(1).Select(condition => condition.Check(identity))];
}
