using System.Net;
using Onboarding.Api.Identity;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Authorization;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>
/// docs/policies.md, sentence by sentence, as slow and plain as possible; shares no code with the engine.
/// </summary>
internal static class NaiveEvaluator
{
    /// <summary>(policy, rule) that admits or denies, or why no one is admitted.</summary>
    public static (PolicyOutcome Outcome, string? Policy, int Rule) Decide(IEnumerable<OnboardingPolicy> policies, AdmissionQuestion question)
    {
        OnboardingPolicy[] ordered = [.. policies.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal)];
        foreach (OnboardingPolicy policy in ordered)
        {
            for (int i = 0; i < (policy.Spec?.Deny.Count ?? 0); i++)
            {
                if (question.GroupLabels is not null && Denies(policy.Spec!.Deny[i], question))
                {
                    return (PolicyOutcome.Denied, policy.Metadata.Name, i + 1);
                }
            }
        }

        foreach (OnboardingPolicy policy in ordered)
        {
            if (policy.Spec is null && policy.MentionsDeny)
            {
                return (PolicyOutcome.Closed, policy.Metadata.Name, 0);
            }
        }

        if (question.GroupLabels is null)
        {
            return (PolicyOutcome.NoGroup, null, 0);
        }

        foreach (OnboardingPolicy policy in ordered)
        {
            for (int i = 0; i < (policy.Spec?.Allow.Count ?? 0); i++)
            {
                if (Allows(policy.Spec!.Allow[i], question))
                {
                    return (PolicyOutcome.Allowed, policy.Metadata.Name, i + 1);
                }
            }
        }

        return (PolicyOutcome.NoRule, null, 0);
    }

    public static bool Allows(OnboardingPolicyRule rule, AdmissionQuestion question) =>
        rule.Workloads.Any(w => Matches(w, question.Identity))
        && rule.OnboardTo.Any(g => Selects(g.WorkloadGroupSelector, question.GroupLabels!))
        && (rule.NotAfter is null || question.Now < rule.NotAfter)
        && (question.Address is null || rule.AddressCidrs.Count == 0 || rule.AddressCidrs.Any(c => Contains(c, question.Address)))
        && (question.Labels is null || question.Labels.All(l => MayReport(rule, l.Key, l.Value)))
        && (rule.MaxMembers is null || MembersOf(rule, question) < rule.MaxMembers);

    private static bool Denies(DenyRule rule, AdmissionQuestion question) =>
        rule.Workloads.Any(w => Matches(w, question.Identity))
        && (rule.OnboardTo.Count == 0 || rule.OnboardTo.Any(g => Selects(g.WorkloadGroupSelector, question.GroupLabels!)))
        && (rule.NotAfter is null || question.Now < rule.NotAfter)
        && (rule.AddressCidrs.Count == 0 || (question.Address is not null && rule.AddressCidrs.Any(c => Contains(c, question.Address))));

    private static int MembersOf(OnboardingPolicyRule rule, AdmissionQuestion question) =>
        question.MembersBefore is null
            ? 0
            : question.MembersBefore().Count(m =>
                rule.Workloads.Any(w => Matches(w, m.Identity)) && rule.OnboardTo.Any(g => Selects(g.WorkloadGroupSelector, m.GroupLabels)));

    private static bool MayReport(OnboardingPolicyRule rule, string key, string value)
    {
        string prefix = key.Contains('/', StringComparison.Ordinal) ? key.Split('/')[0] : "";
        bool topology = prefix.StartsWith("topology.", StringComparison.Ordinal);
        bool istio = prefix == "istio.io" || prefix.EndsWith(".istio.io", StringComparison.Ordinal) || key == "istio-locality";
        bool owned = new[] { "kubernetes.io", "k8s.io", "onboarding.tetrate.io" }
            .Any(d => prefix == d || prefix.EndsWith($".{d}", StringComparison.Ordinal));
        bool version = key is "version" or "app.kubernetes.io/version" or "service.istio.io/canonical-revision";
        if (owned && !topology && !version)
        {
            return false;
        }

        return rule.Labels.Count == 0
            ? version || (!topology && !istio)
            : rule.Labels.Any(l => l.Key == key && (l.Values.Count == 0 || l.Values.Contains(value)));
    }

    private static bool Contains(string cidr, IPAddress address)
    {
        byte[] ours = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        byte[] theirs = IPAddress.Parse(cidr.Split('/')[0]).GetAddressBytes();
        int bits = int.Parse(cidr.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture);
        return ours.Length == theirs.Length
            && Enumerable.Range(0, bits).All(i => ((ours[i / 8] ^ theirs[i / 8]) & (128 >> (i % 8))) == 0);
    }

    private static bool Selects(LabelSelector selector, IReadOnlyDictionary<string, string> labels) =>
        selector.MatchLabels.All(l => labels.GetValueOrDefault(l.Key) == l.Value)
        && selector.MatchExpressions.All(e => e.Operator switch
        {
            "In" => labels.ContainsKey(e.Key) && e.Values.Contains(labels[e.Key]),
            "NotIn" => !labels.ContainsKey(e.Key) || !e.Values.Contains(labels[e.Key]),
            "Exists" => labels.ContainsKey(e.Key),
            _ => !labels.ContainsKey(e.Key),
        });

    private static bool Matches(WorkloadIdentityMatcher m, WorkloadIdentity i)
    {
        if (m.Jwt is { } jwt)
        {
            return i.Jwt is { } id && (jwt.Issuer is null || jwt.Issuer == id.Issuer) && Any(jwt.Subjects, id.Subject)
                && jwt.Attributes.All(a => id.Attributes.ContainsKey(a.Name) && Any(a.Values, id.Attributes[a.Name]));
        }

        if (m.Aws is { } aws)
        {
            return i.Aws is { } id && Any(aws.Accounts, id.Account) && Any(aws.Partitions, id.Partition) && Any(aws.Regions, id.Region)
                && Any(aws.Zones, id.Zone)
                && (aws.Ec2 is null || (id.Ec2 is not null && Any(aws.Ec2.IamRoleNames, id.Ec2.IamRole?.Name)))
                && (aws.Ecs is null || (id.Ecs is not null && Any(aws.Ecs.Clusters, id.Ecs.Cluster) && Any(aws.Ecs.IamRoleNames, id.Ecs.IamRole?.Name)));
        }

        if (m.Gcp is { } gcp)
        {
            return i.Gcp is { } id && Any(gcp.ProjectIds, id.ProjectId) && Any(gcp.ProjectNumbers, id.ProjectNumber) && Any(gcp.Regions, id.Region)
                && Any(gcp.Zones, id.Zone)
                && (gcp.Gce is null || (id.Gce is not null && Any(gcp.Gce.InstanceIds, id.Gce.InstanceId) && Any(gcp.Gce.ServiceAccounts, id.Gce.ServiceAccount)));
        }

        if (m.Azure is { } azure)
        {
            return i.Azure is { } id && AnyCase(azure.Subscriptions, id.Subscription) && AnyCase(azure.Tenants, id.Tenant)
                && AnyCase(azure.ResourceGroups, id.ResourceGroup)
                && (azure.Compute is null || (id.Compute is not null && AnyCase(azure.Compute.InstanceIds, id.Compute.InstanceId)
                    && AnyCase(azure.Compute.ScaleSets, id.Compute.ScaleSet) && AnyCase(azure.Compute.ManagedIdentities, id.Compute.ManagedIdentity)));
        }

        if (m.Kubernetes is { } kubernetes)
        {
            return i.Kubernetes is { } id && Any(kubernetes.Namespaces, id.Namespace) && Any(kubernetes.ServiceAccounts, id.ServiceAccount)
                && Any(kubernetes.Pods, id.Pod?.Name);
        }

        if (m.Spiffe is { } spiffe)
        {
            return i.Spiffe is { } id && Any(spiffe.TrustDomains, id.TrustDomain) && Any(spiffe.Paths, id.Path)
                && (spiffe.PathPrefixes.Count == 0 || spiffe.PathPrefixes.Any(p => id.Path == p || id.Path.StartsWith(p + "/", StringComparison.Ordinal)));
        }

        if (m.X509 is { } x509)
        {
            return i.X509 is { } id && Any(x509.Authorities, id.Authority) && Any(x509.Issuers, id.Issuer) && Any(x509.Subjects, id.Subject) && Any(x509.Fingerprints, id.Fingerprint)
                && (x509.DnsNames.Count == 0 || id.DnsNames.Any(n => AnyCase(x509.DnsNames, n)))
                && (x509.Uris.Count == 0 || id.Uris.Any(x509.Uris.Contains))
                && (x509.EmailAddresses.Count == 0 || id.EmailAddresses.Any(x509.EmailAddresses.Contains))
                && (x509.IpAddresses.Count == 0 || id.IpAddresses.Any(x509.IpAddresses.Contains));
        }

        return m.JoinToken is { } token && i.JoinToken is { } named
            && ((token.Names.Count == 0 && token.NamePrefixes.Count == 0)
                || token.Names.Contains(named.Name)
                || token.NamePrefixes.Any(p => named.Name.StartsWith(p, StringComparison.Ordinal)));
    }

    private static bool Any(IReadOnlyList<string> values, string? actual) => values.Count == 0 || (actual is not null && values.Contains(actual));

    private static bool AnyCase(IReadOnlyList<string> values, string? actual) =>
        values.Count == 0 || (actual is not null && values.Contains(actual, StringComparer.OrdinalIgnoreCase));
}
