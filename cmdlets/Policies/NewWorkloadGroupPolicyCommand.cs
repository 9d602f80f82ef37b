using System.Collections;
using System.Management.Automation;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Client.Errors;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Contexts;
using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>Makes a policy of one rule: which workloads may join which groups.</summary>
[Cmdlet(VerbsCommon.New, "WorkloadGroupPolicy", SupportsShouldProcess = true, DefaultParameterSetName = JwtSet, HelpUri = HelpLink.Root + "New-WorkloadGroupPolicy")]
[OutputType(typeof(WorkloadGroupPolicy), typeof(string))]
public sealed partial class NewWorkloadGroupPolicyCommand : FleetCmdlet
{
    /// <summary>Its name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The groups that may be joined; the policy selects them by the labels they have now.</summary>
    [Parameter]
    [Alias("Group")]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] WorkloadGroup { get; set; } = [];

    /// <summary>Labels of the groups that may be joined.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Selector { get; set; }

    /// <summary>Until when it admits.</summary>
    [Parameter]
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>How many members it admits at most.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxMembers { get; set; }

    /// <summary>Networks of which the workload's address must lie in one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] AddressCidr { get; set; } = [];

    /// <summary>Keep out what matches, whatever other rules allow; of every group where none is named.</summary>
    [Parameter]
    public SwitchParameter Deny { get; set; }

    /// <summary>Labels that the workload may report of itself, and the values they may have: <c>@{ version = 'v1', 'v2'; zone = @() }</c>, where none is any.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable AllowedLabel { get; set; } = [];

    /// <summary>Write the policy as YAML and create nothing.</summary>
    [Parameter]
    public SwitchParameter AsYaml { get; set; }

    // Labels of a group that is named have to be looked up, wherever the policy goes.
    private protected override bool NeedsCluster => !AsYaml || WorkloadGroup.Length > 0;

    private protected override object? Target => Name;

    private protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        string ns = NeedsCluster ? NamespaceInForce : Namespace ?? ClusterContext.DefaultNamespace;
        RefuseUnclearGroups();
        RefuseWhatDenyDoesNotTake();
        if (AsYaml)
        {
            OnboardingPolicy draft = await DraftAsync(ns, cancellationToken);
            TellWarnings(draft);
            WriteObject(PolicyText.Write(draft));
            return;
        }

        if (ShouldMake(Session.Describe(ns, Name), "Create policy", () => Plan(ns)))
        {
            PolicyView made = await new PolicyStore(Session.Kubernetes, TimeProvider.System)
                .CreateAsync(await DraftAsync(ns, cancellationToken), cancellationToken);
            TellWarnings(made.Policy);
            WriteObject(new WorkloadGroupPolicy(made));
        }
    }

    private void RefuseUnclearGroups()
    {
        bool isUnclear = Deny ? WorkloadGroup.Length > 0 && Selector is { Count: > 0 } : WorkloadGroup.Length > 0 == Selector is { Count: > 0 };
        if (isUnclear)
        {
            throw Terminate(
                new OnboardingException(
                    ModuleErrorIds.PolicyGroupsUnclear,
                    "A policy says which groups may be joined, in one way.",
                    "give -WorkloadGroup with names, or -Selector with labels: -Selector @{ app = 'ratings' }"),
                Name);
        }
    }

    private void RefuseWhatDenyDoesNotTake()
    {
        if (Deny && (MaxMembers is not null || AllowedLabel.Count > 0))
        {
            throw Terminate(
                new OnboardingException(
                    ModuleErrorIds.PolicyInvalid,
                    "A rule that keeps out counts no members and allows no labels.",
                    "leave -MaxMembers and -AllowedLabel out, or -Deny"),
                Name);
        }
    }

    // What it would admit, without the labels of groups that would have to be asked for.
    private string Plan(string ns)
    {
        OnboardingPolicy policy = Draft(ns, Selector is null ? [] : [Labels(Selector)]);
        TellWarnings(policy);
        return PolicyText.Plan(policy, WorkloadGroup);
    }

    private async Task<OnboardingPolicy> DraftAsync(string ns, CancellationToken cancellationToken)
    {
        List<IReadOnlyDictionary<string, string>> groups = Selector is null ? [] : [Labels(Selector)];
        foreach (string group in WorkloadGroup)
        {
            groups.Add(await new PolicyStore(Session.Kubernetes, TimeProvider.System).LabelsOfGroupAsync(ns, group, cancellationToken));
        }

        return Draft(ns, groups);
    }

    private OnboardingPolicy Draft(string ns, IReadOnlyList<IReadOnlyDictionary<string, string>> groups) => (Matcher() with
    {
        Name = Name,
        Namespace = ns,
        Groups = groups,
        NotAfter = NotAfter,
        MaxMembers = MaxMembers,
        AddressCidrs = AddressCidr,
        Labels = [.. Pairs(AllowedLabel)],
        IsDeny = Deny,
    }).ToPolicy();

    private static Dictionary<string, string> Labels(Hashtable labels) =>
        Pairs(labels).ToDictionary(p => p.Key, p => p.Value.Count == 1 ? p.Value[0] : "", StringComparer.Ordinal);

    private PolicyDraft Matcher() => ParameterSetName switch
    {
        AwsSet => Draft("aws", "ec2", ("accounts", AccountId), ("regions", Region), ("zones", Zone), ("ec2.iamRoleNames", IamRoleName)),
        EcsSet => Draft(
            "aws", "ecs", ("accounts", AccountId), ("regions", Region), ("zones", Zone), ("ecs.clusters", Cluster), ("ecs.iamRoleNames", IamRoleName)),
        GcpSet => Draft(
            "gcp", "gce", ("projectIds", ProjectId), ("regions", Region), ("zones", Zone), ("gce.instanceIds", InstanceId), ("gce.serviceAccounts", ServiceAccount)),
        AzureSet => Draft(
            "azure",
            "compute",
            ("subscriptions", SubscriptionId),
            ("tenants", TenantId),
            ("resourceGroups", ResourceGroup),
            ("compute.instanceIds", InstanceId),
            ("compute.scaleSets", ScaleSet),
            ("compute.managedIdentities", ManagedIdentity)),
        KubernetesSet => Draft("kubernetes", null, ("namespaces", ServiceAccountNamespace), ("serviceAccounts", ServiceAccount)),
        SpiffeSet => Draft("spiffe", null, ("trustDomains", TrustDomain), ("paths", SpiffePath), ("pathPrefixes", SpiffePathPrefix)),
        X509Set => Draft(
            "x509", null, ("issuers", CertificateIssuer), ("subjects", Subject), ("dnsNames", DnsName), ("uris", CertificateUri), ("fingerprints", Fingerprint)),
        JoinTokenSet => Draft("joinToken", null, ("names", TokenName), ("namePrefixes", TokenNamePrefix)),
        _ => Draft("jwt", null, ("subjects", Subject)) with
        {
            Texts = [KeyValuePair.Create("issuer", (string?)Issuer)],
            Attributes = [.. Pairs(Attribute)],
        },
    };

    private static PolicyDraft Draft(string platform, string? kind, params (string Path, string[] Values)[] fields) => new()
    {
        Name = "",
        Namespace = "",
        Groups = [],
        Platform = platform,
        Kind = kind,
        Fields = [.. fields.Select(f => KeyValuePair.Create(f.Path, (IReadOnlyList<string>)f.Values))],
    };

    // A hashtable has no order of its own; a file that is kept under version control needs one.
    private static IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> Pairs(Hashtable table) =>
        table.Keys.Cast<object>().Select(k => k.ToString()!).Order(StringComparer.Ordinal)
            .Select(k => KeyValuePair.Create(k, (IReadOnlyList<string>)[.. Values(table[k])]));

    private static IEnumerable<string> Values(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => [],
        string text => [text],
        IEnumerable many => many.Cast<object?>().Select(v => v?.ToString() ?? ""),
        var other => [LanguagePrimitives.ConvertTo<string>(other)],
    };

    private void TellWarnings(OnboardingPolicy policy)
    {
        foreach (Problem warning in policy.Problems.Where(p => p.Severity == ProblemSeverity.Warning))
        {
            WriteWarning($"policy '{policy.Metadata.Namespace}/{policy.Metadata.Name}' {warning.Message} ({warning.Path})");
        }
    }
}
