using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Plane.Settings;

namespace Onboarding.Plane.Members;

/// <summary>
/// Whether what vouched for an identity is trusted still. A credential is checked once an hour at most; an issuer, authority, tenant or
/// platform that was removed since must count for nothing at the next call, not at the next credential.
/// </summary>
internal static class TrustedSources
{
    private static readonly ConditionalWeakTable<X509AuthenticationSettings, HashSet<(string Name, string Key)>> Authorities = [];

    /// <summary>True if the plane's configuration still takes the word of what proved the identity.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="settings">The configuration in force.</param>
    public static bool Trust(WorkloadIdentity identity, PlaneSettings settings)
    {
        AuthenticationSettings trusted = settings.Spec.Workloads.Authentication;
        return identity switch
        {
            { Jwt: { } jwt } => settings.JwtIssuers.ContainsKey(jwt.Issuer),
            { Aws: { } aws } => aws.Ec2 is not null ? trusted.Aws?.Ec2 is not null : trusted.Aws?.Ecs is not null,
            { Gcp: { } gcp } => trusted.Gcp is { } google
                && (google.Projects.Count == 0 || google.Projects.Contains(gcp.ProjectId) || google.Projects.Contains(gcp.ProjectNumber)),
            { Azure: { } azure } => trusted.Azure?.Tenants.Any(t => IsOf(azure, t)) == true,
            { Kubernetes: { } account } => trusted.Kubernetes is { } cluster
                && (cluster.Namespaces.Count == 0 || cluster.Namespaces.Contains(account.Namespace)),
            { Spiffe: { } spiffe } => trusted.Spiffe?.TrustDomains.Any(d => d.Name == spiffe.TrustDomain) == true,
            { X509: { } x509 } => trusted.X509 is { } certificates
                && Authorities.GetValue(certificates, AuthoritiesOf).Contains((x509.Authority, x509.AuthorityKey)),
            { JoinToken: not null } => trusted.JoinToken is not null,
            _ => false,
        };
    }

    private static bool IsOf(AzureIdentity identity, AzureTenant tenant) =>
        tenant.Subscriptions.Contains(identity.Subscription, StringComparer.OrdinalIgnoreCase)
        && (identity.Tenant is null || string.Equals(identity.Tenant, tenant.TenantId, StringComparison.OrdinalIgnoreCase));

    // By name and key: an authority that got another key under its old name is another authority.
    private static HashSet<(string Name, string Key)> AuthoritiesOf(X509AuthenticationSettings settings)
    {
        HashSet<(string, string)> known = [];
        foreach (X509Authority authority in settings.Authorities)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(authority.Roots);
            foreach (X509Certificate2 root in roots)
            {
                known.Add((authority.Name, Convert.ToHexStringLower(SHA256.HashData(root.PublicKey.ExportSubjectPublicKeyInfo()))));
                root.Dispose();
            }
        }

        return known;
    }
}
