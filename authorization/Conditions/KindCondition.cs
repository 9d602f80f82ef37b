using Onboarding.Api.Identity;

namespace Onboarding.Authorization.Conditions;

/// <summary>The identity must be of a kind: a platform, or a service of one.</summary>
internal sealed class KindCondition(string kind, string expected, Func<WorkloadIdentity, bool> isKind, Func<WorkloadIdentity, string> actual)
    : Condition(kind)
{
    // One for all rules: ten thousand policies of one platform need it once.
    private static readonly Dictionary<string, KindCondition> Platforms = IdentityPlatforms.Names.ToArray().ToDictionary(
        name => name,
        name => new KindCondition("platform", name, identity => identity.Platform == name, identity => identity.Platform ?? "none"));

    /// <summary>A platform.</summary>
    public static KindCondition Platform(string name) => Platforms[name];

    public override string Expected => expected;

    public override bool Holds(WorkloadIdentity identity) => isKind(identity);

    public override string Actual(WorkloadIdentity identity) => actual(identity);
}
