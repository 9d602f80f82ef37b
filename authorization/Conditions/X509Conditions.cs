using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using static Onboarding.Authorization.Conditions.MatcherConditions;

namespace Onboarding.Authorization.Conditions;

/// <summary>The conditions of a matcher for certificates.</summary>
internal static class X509Conditions
{
    private static readonly Condition NoBound = new KindCondition("x509", "bounded by the policy", _ => false, _ => "any certificate");

    public static IEnumerable<Condition> Compile(X509Matcher matcher, bool bounded)
    {
        Condition[] conditions =
        [
            .. OneOf("x509.authorities", matcher.Authorities, i => i.X509?.Authority),
            .. OneOf("x509.issuers", matcher.Issuers, i => i.X509?.Issuer),
            .. OneOf("x509.subjects", matcher.Subjects, i => i.X509?.Subject),
            .. OneOf("x509.fingerprints", matcher.Fingerprints, i => i.X509?.Fingerprint),
            .. Names("x509.dnsNames", matcher.DnsNames, i => i.X509?.DnsNames, ignoreCase: true),
            .. Names("x509.uris", matcher.Uris, i => i.X509?.Uris),
            .. Names("x509.emailAddresses", matcher.EmailAddresses, i => i.X509?.EmailAddresses),
            .. Names("x509.ipAddresses", matcher.IpAddresses, i => i.X509?.IpAddresses),
        ];
        return conditions.Length == 0 && bounded ? [NoBound] : conditions;
    }

    private static IEnumerable<Condition> Names(
        string kind, IReadOnlyList<string> values, Func<WorkloadIdentity, IReadOnlyList<string>?> names, bool ignoreCase = false) =>
        values.Count > 0 ? [new NamesCondition(kind, new ValueSet(values, ignoreCase), names)] : [];
}
