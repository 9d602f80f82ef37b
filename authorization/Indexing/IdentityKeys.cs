using Onboarding.Api.Identity;

namespace Onboarding.Authorization.Indexing;

/// <summary>
/// Everything of an identity that a rule may be found by. For every matcher that matches an identity one of the matcher's keys
/// (<see cref="MatcherKeys"/>) is among these, whichever of the alternatives was chosen: that is what makes the index complete.
/// </summary>
internal static class IdentityKeys
{
    public static List<IndexKey> ForIdentity(WorkloadIdentity identity)
    {
        List<IndexKey> keys = new(8);
        if (identity.Platform is not { } platform)
        {
            return keys;
        }

        keys.Add(new IndexKey(platform));
        switch (identity)
        {
            case { Jwt: { } jwt }:
                keys.Add(new IndexKey("jwt.issuer", jwt.Issuer));
                keys.Add(new IndexKey("jwt.subject", jwt.Subject));
                foreach ((string name, string value) in jwt.Attributes)
                {
                    keys.Add(new IndexKey("jwt.attribute", name, value));
                }

                break;
            case { Aws: { } aws }:
                keys.Add(new IndexKey("aws.account", aws.Account));
                Add(keys, "aws.role", aws.Account, aws.Ec2?.IamRole?.Name ?? aws.Ecs?.IamRole?.Name);
                Add(keys, "aws.cluster", aws.Account, aws.Ecs?.Cluster);
                break;
            case { Gcp: { } gcp }:
                keys.Add(new IndexKey("gcp.project", gcp.ProjectId));
                keys.Add(new IndexKey("gcp.number", gcp.ProjectNumber));
                Add(keys, "gcp.account", gcp.Gce?.ServiceAccount, "");
                Add(keys, "gcp.instance", gcp.Gce?.InstanceId, "");
                break;
            case { Azure: { } azure }:
                Add(keys, "azure.subscription", Fold(azure.Subscription), "");
                Add(keys, "azure.group", Fold(azure.ResourceGroup), "");
                Add(keys, "azure.instance", Fold(azure.Compute?.InstanceId), "");
                Add(keys, "azure.identity", Fold(azure.Compute?.ManagedIdentity), "");
                break;
            case { Kubernetes: { } kubernetes }:
                keys.Add(new IndexKey("kubernetes.namespace", kubernetes.Namespace));
                keys.Add(new IndexKey("kubernetes.account", kubernetes.ServiceAccount));
                break;
            case { Spiffe: { } spiffe }:
                keys.Add(new IndexKey("spiffe.domain", spiffe.TrustDomain));
                keys.Add(new IndexKey("spiffe.path", spiffe.Path));
                break;
            case { X509: { } x509 }:
                keys.Add(new IndexKey("x509.authority", x509.Authority));
                keys.Add(new IndexKey("x509.issuer", x509.Issuer));
                keys.Add(new IndexKey("x509.subject", x509.Subject));
                keys.Add(new IndexKey("x509.fingerprint", x509.Fingerprint));
                keys.AddRange(x509.DnsNames.Select(name => new IndexKey("x509.dns", Fold(name)!)));
                keys.AddRange(x509.Uris.Select(uri => new IndexKey("x509.uri", uri)));
                break;
            case { JoinToken: { } token }:
                keys.Add(new IndexKey("joinToken.name", token.Name));
                break;
        }

        return keys;
    }

    /// <summary>One spelling of names that Azure and DNS compare without case; upper case, as the comparison itself goes by that.</summary>
    public static string? Fold(string? text) => text?.ToUpperInvariant();

    private static void Add(List<IndexKey> keys, string field, string? first, string? second)
    {
        if (first is not null && second is not null)
        {
            keys.Add(new IndexKey(field, first, second));
        }
    }
}

/// <summary>Something that an identity has and a rule can ask for; rules are found by it.</summary>
/// <param name="Field">What it is, e.g. <c>jwt.subject</c>.</param>
/// <param name="First">Its value, or the first part of it, e.g. the issuer.</param>
/// <param name="Second">The second part, e.g. the subject; empty if there is none.</param>
internal readonly record struct IndexKey(string Field, string First = "", string Second = "");
