using Onboarding.Api.Identity;
using Onboarding.Api.Policies;

namespace Onboarding.Authorization.Conditions;

/// <summary>
/// The conditions of a matcher: AND across them, OR across the values of each, an empty list asks for nothing
/// (docs/policies.md). An allow-list that is missing admits no workload in <c>allow</c>, though no policy that was read lacks one.
/// </summary>
internal static class MatcherConditions
{
    private static readonly Condition Nothing = new KindCondition("platform", "one this plane knows", _ => false, identity => identity.Platform ?? "none");

    /// <summary>The conditions, the platform first.</summary>
    public static Condition[] Compile(WorkloadIdentityMatcher matcher, RuleEffect effect)
    {
        bool bounded = effect == RuleEffect.Allow;
        return matcher switch
        {
            { Jwt: { } jwt } => [KindCondition.Platform("jwt"), .. Jwt(jwt, bounded)],
            { Aws: { } aws } => [KindCondition.Platform("aws"), .. AwsConditions.Compile(aws, bounded)],
            { Gcp: { } gcp } => [KindCondition.Platform("gcp"), .. Gcp(gcp, bounded)],
            { Azure: { } azure } => [KindCondition.Platform("azure"), .. Azure(azure, bounded)],
            { Kubernetes: { } kubernetes } => [KindCondition.Platform("kubernetes"), .. Kubernetes(kubernetes, bounded)],
            { Spiffe: { } spiffe } => [KindCondition.Platform("spiffe"), .. Spiffe(spiffe, bounded)],
            { X509: { } x509 } => [KindCondition.Platform("x509"), .. X509Conditions.Compile(x509, bounded)],
            { JoinToken: { } token } => [KindCondition.Platform("joinToken"), .. JoinToken(token, bounded)],

            // A matcher of a kind this version doesn't know: the default is no.
            _ => [Nothing],
        };
    }

    /// <summary>A condition on one field; none if the list is empty and needn't be.</summary>
    public static IEnumerable<Condition> OneOf(
        string kind, IReadOnlyList<string> values, Func<WorkloadIdentity, string?> field, bool required = false, bool ignoreCase = false) =>
        values.Count > 0 || required ? [new ValueCondition(kind, new ValueSet(values, ignoreCase), field)] : [];

    private static IEnumerable<Condition> Jwt(JwtMatcher matcher, bool bounded) =>
    [
        .. OneOf("jwt.issuer", matcher.Issuer is { } issuer ? [issuer] : [], i => i.Jwt?.Issuer, bounded),
        .. OneOf("jwt.subjects", matcher.Subjects, i => i.Jwt?.Subject),
        .. matcher.Attributes.Select(attribute => new AttributeCondition(attribute)),
    ];

    private static IEnumerable<Condition> Gcp(GcpMatcher matcher, bool bounded) =>
    [
        .. OneOf("gcp.projectIds", matcher.ProjectIds, i => i.Gcp?.ProjectId, bounded && matcher.ProjectNumbers.Count == 0),
        .. OneOf("gcp.projectNumbers", matcher.ProjectNumbers, i => i.Gcp?.ProjectNumber),
        .. OneOf("gcp.regions", matcher.Regions, i => i.Gcp?.Region),
        .. OneOf("gcp.zones", matcher.Zones, i => i.Gcp?.Zone),
        .. matcher.Gce is not { } gce ? (IEnumerable<Condition>)[] :
        [
            new KindCondition("gcp.gce", "an instance of Compute Engine", i => i.Gcp?.Gce is not null, _ => "something else"),
            .. OneOf("gcp.gce.instanceIds", gce.InstanceIds, i => i.Gcp?.Gce?.InstanceId),
            .. OneOf("gcp.gce.serviceAccounts", gce.ServiceAccounts, i => i.Gcp?.Gce?.ServiceAccount),
        ],
    ];

    // Azure compares its names without case; a rule for "RG-Web" that missed "rg-web" would look like a bound and be none in deny.
    private static IEnumerable<Condition> Azure(AzureMatcher matcher, bool bounded) =>
    [
        .. OneOf("azure.subscriptions", matcher.Subscriptions, i => i.Azure?.Subscription, bounded, ignoreCase: true),
        .. OneOf("azure.tenants", matcher.Tenants, i => i.Azure?.Tenant, ignoreCase: true),
        .. OneOf("azure.resourceGroups", matcher.ResourceGroups, i => i.Azure?.ResourceGroup, ignoreCase: true),
        .. matcher.Compute is not { } vm ? (IEnumerable<Condition>)[] :
        [
            new KindCondition("azure.compute", "a virtual machine", i => i.Azure?.Compute is not null, _ => "something else"),
            .. OneOf("azure.compute.instanceIds", vm.InstanceIds, i => i.Azure?.Compute?.InstanceId, ignoreCase: true),
            .. OneOf("azure.compute.scaleSets", vm.ScaleSets, i => i.Azure?.Compute?.ScaleSet, ignoreCase: true),
            .. OneOf("azure.compute.managedIdentities", vm.ManagedIdentities, i => i.Azure?.Compute?.ManagedIdentity, ignoreCase: true),
        ],
    ];

    private static IEnumerable<Condition> Kubernetes(KubernetesMatcher matcher, bool bounded) =>
    [
        .. OneOf("kubernetes.namespaces", matcher.Namespaces, i => i.Kubernetes?.Namespace, bounded),
        .. OneOf("kubernetes.serviceAccounts", matcher.ServiceAccounts, i => i.Kubernetes?.ServiceAccount),
        .. OneOf("kubernetes.pods", matcher.Pods, i => i.Kubernetes?.Pod?.Name),
    ];

    private static IEnumerable<Condition> Spiffe(SpiffeMatcher matcher, bool bounded) =>
    [
        .. OneOf("spiffe.trustDomains", matcher.TrustDomains, i => i.Spiffe?.TrustDomain, bounded),
        .. OneOf("spiffe.paths", matcher.Paths, i => i.Spiffe?.Path),
        .. matcher.PathPrefixes.Count > 0 ? (IEnumerable<Condition>)[new PathPrefixCondition(matcher.PathPrefixes)] : [],
    ];

    private static IEnumerable<Condition> JoinToken(JoinTokenMatcher matcher, bool bounded) =>
        bounded || matcher.Names.Count + matcher.NamePrefixes.Count > 0 ? [new TokenNameCondition(matcher)] : [];
}
