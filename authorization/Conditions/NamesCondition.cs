using Onboarding.Api.Identity;

namespace Onboarding.Authorization.Conditions;

/// <summary>One of the names of an identity must be among some values.</summary>
internal sealed class NamesCondition(string kind, ValueSet values, Func<WorkloadIdentity, IReadOnlyList<string>?> names) : Condition(kind)
{
    public override string Expected => OneOf(values.Values);

    public override bool Holds(WorkloadIdentity identity)
    {
        if (names(identity) is { } found)
        {
            for (int i = 0; i < found.Count; i++)
            {
                if (values.Contains(found[i]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public override string Actual(WorkloadIdentity identity) =>
        names(identity) is { Count: > 0 } found ? string.Join(", ", found.Take(5).Select(Quote)) : "absent";
}
