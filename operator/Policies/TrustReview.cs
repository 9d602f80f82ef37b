using Onboarding.Api.Install;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Plane.Settings;

namespace Onboarding.Operator.Policies;

/// <summary>
/// Who a policy admits that the plane wouldn't authenticate: an issuer, authority or trust domain that isn't configured, or is misspelt on
/// one of the two sides. The policy is valid, and admits no machine.
/// </summary>
internal static class TrustReview
{
    private const string Where = "see spec.workloads.authentication with: kubectl get onboardingplanes -A -o yaml";

    /// <summary>Looks at a policy.</summary>
    /// <param name="spec">What the policy says.</param>
    /// <param name="settings">The configuration in force.</param>
    /// <returns>Warnings, by position.</returns>
    public static IEnumerable<Problem> FindProblems(OnboardingPolicySpec spec, PlaneSettings settings)
    {
        for (int rule = 0; rule < spec.Allow.Count; rule++)
        {
            for (int i = 0; i < spec.Allow[rule].Workloads.Count; i++)
            {
                foreach (Problem problem in OfMatcher($"spec.allow[{rule}].workloads[{i}]", spec.Allow[rule].Workloads[i], settings))
                {
                    yield return problem;
                }
            }
        }
    }

    private static IEnumerable<Problem> OfMatcher(string path, WorkloadIdentityMatcher matcher, PlaneSettings settings)
    {
        AuthenticationSettings trusted = settings.Spec.Workloads.Authentication;
        return matcher switch
        {
            { Jwt.Issuer: { } issuer } when !settings.JwtIssuers.ContainsKey(issuer) =>
                [Warning($"{path}.jwt.issuer", $"\"{issuer}\" is no issuer that the plane trusts: the rule admits no workload by it; {Where}")],
            { Spiffe: { } spiffe } => Unknown($"{path}.spiffe.trustDomains", spiffe.TrustDomains, trusted.Spiffe?.TrustDomains.Select(d => d.Name), "trust domain"),
            { X509: { } x509 } => Unknown($"{path}.x509.authorities", x509.Authorities, trusted.X509?.Authorities.Select(a => a.Name), "authority"),
            _ => [],
        };
    }

    private static IEnumerable<Problem> Unknown(string path, IReadOnlyList<string> named, IEnumerable<string>? known, string what) =>
        named.Select((name, i) => (name, i)).Where(n => known?.Contains(n.name) != true)
            .Select(n => Warning($"{path}[{n.i}]", $"\"{n.name}\" is no {what} that the plane trusts; {Where}"));

    private static Problem Warning(string path, string message) => new() { Severity = ProblemSeverity.Warning, Path = path, Message = message };
}
