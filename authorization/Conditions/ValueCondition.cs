using Onboarding.Api.Identity;

namespace Onboarding.Authorization.Conditions;

/// <summary>A field of the identity must have one of some values.</summary>
internal sealed class ValueCondition(string kind, ValueSet values, Func<WorkloadIdentity, string?> field) : Condition(kind)
{
    public override string Expected => OneOf(values.Values);

    public override bool Holds(WorkloadIdentity identity) => values.Contains(field(identity));

    public override string Actual(WorkloadIdentity identity) => Quote(field(identity));
}
