using Onboarding.Api.Identity;
using Onboarding.Api.Policies;

namespace Onboarding.Authorization.Conditions;

/// <summary>A token must have an attribute, with one of some values or with any.</summary>
internal sealed class AttributeCondition(AttributeMatcher matcher) : Condition($"jwt.attributes[{matcher.Name}]")
{
    private readonly ValueSet _values = new(matcher.Values);

    public override string Expected => matcher.Values.Count > 0 ? OneOf(matcher.Values) : "present";

    public override bool Holds(WorkloadIdentity identity) =>
        identity.Jwt is { } jwt && jwt.Attributes.TryGetValue(matcher.Name, out string? value)
        && (matcher.Values.Count == 0 || _values.Contains(value));

    public override string Actual(WorkloadIdentity identity) =>
        Quote(identity.Jwt is { } jwt && jwt.Attributes.TryGetValue(matcher.Name, out string? value) ? value : null);
}
