using Onboarding.Api.Policies;

namespace Onboarding.Authorization.Indexing;

/// <summary>
/// How a rule can be found for a matcher: alternatives, each a list of keys of which an identity that matches has at least one.
/// </summary>
internal static class MatcherKeys
{
    // A matcher with more values than that is found by something else, or by its platform.
    private const int MostKeys = 256;

    public static IReadOnlyList<IReadOnlyList<IndexKey>> Alternatives(WorkloadIdentityMatcher matcher)
    {
        (string platform, IEnumerable<IEnumerable<IndexKey>> found) = matcher switch
        {
            { Jwt: { } jwt } => ("jwt", Jwt(jwt)),
            { Aws: { } aws } => ("aws", Aws(aws)),
            { Gcp: { } gcp } => ("gcp", Gcp(gcp)),
            { Azure: { } azure } => ("azure", Azure(azure)),
            { Kubernetes: { } kubernetes } =>
                ("kubernetes", [Each("kubernetes.namespace", kubernetes.Namespaces), Each("kubernetes.account", kubernetes.ServiceAccounts)]),
            { Spiffe: { } spiffe } => ("spiffe", [Each("spiffe.domain", spiffe.TrustDomains), Each("spiffe.path", spiffe.Paths)]),
            { X509: { } x509 } => ("x509", X509(x509)),
            { JoinToken: { } token } => ("joinToken", token.NamePrefixes.Count == 0 ? [Each("joinToken.name", token.Names)] : []),
            _ => ("", []),
        };
        return [.. found.Select(keys => (IReadOnlyList<IndexKey>)[.. keys.Distinct().Take(MostKeys + 1)])
            .Where(keys => keys.Count is > 0 and <= MostKeys)
            .Append([new IndexKey(platform)])];
    }

    private static IEnumerable<IEnumerable<IndexKey>> Jwt(JwtMatcher matcher) =>
    [
        Each("jwt.issuer", matcher.Issuer is { } issuer ? [issuer] : []),
        Each("jwt.subject", matcher.Subjects),
        .. matcher.Attributes.Select(a => a.Values.Select(value => new IndexKey("jwt.attribute", a.Name, value))),
    ];

    private static IEnumerable<IEnumerable<IndexKey>> Aws(AwsMatcher matcher)
    {
        yield return Each("aws.account", matcher.Accounts);
        yield return Pairs("aws.role", matcher.Accounts, matcher.Ec2?.IamRoleNames ?? matcher.Ecs?.IamRoleNames ?? []);
        yield return Pairs("aws.cluster", matcher.Accounts, matcher.Ecs?.Clusters ?? []);
    }

    private static IEnumerable<IEnumerable<IndexKey>> Gcp(GcpMatcher matcher) =>
    [
        Each("gcp.project", matcher.ProjectIds),
        Each("gcp.number", matcher.ProjectNumbers),
        Each("gcp.account", matcher.Gce?.ServiceAccounts ?? []),
        Each("gcp.instance", matcher.Gce?.InstanceIds ?? []),
    ];

    private static IEnumerable<IEnumerable<IndexKey>> Azure(AzureMatcher matcher) =>
    [
        Each("azure.subscription", Fold(matcher.Subscriptions)),
        Each("azure.group", Fold(matcher.ResourceGroups)),
        Each("azure.instance", Fold(matcher.Compute?.InstanceIds ?? [])),
        Each("azure.identity", Fold(matcher.Compute?.ManagedIdentities ?? [])),
    ];

    private static IEnumerable<IEnumerable<IndexKey>> X509(X509Matcher matcher) =>
    [
        Each("x509.authority", matcher.Authorities),
        Each("x509.issuer", matcher.Issuers),
        Each("x509.subject", matcher.Subjects),
        Each("x509.fingerprint", matcher.Fingerprints),
        Each("x509.dns", Fold(matcher.DnsNames)),
        Each("x509.uri", matcher.Uris),
    ];

    private static IEnumerable<IndexKey> Each(string field, IEnumerable<string> values) => values.Select(value => new IndexKey(field, value));

    private static IEnumerable<IndexKey> Pairs(string field, IReadOnlyList<string> firsts, IReadOnlyList<string> seconds) =>
        firsts.SelectMany(first => seconds.Select(second => new IndexKey(field, first, second)));

    private static IEnumerable<string> Fold(IEnumerable<string> texts) => texts.Select(text => IdentityKeys.Fold(text)!);
}
