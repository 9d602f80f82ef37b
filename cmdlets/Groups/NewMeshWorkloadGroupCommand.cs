using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Onboarding.Api.Istio;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Contexts;
using Onboarding.Fleet.Groups;

namespace Onboarding.Cmdlets;

/// <summary>Makes a WorkloadGroup: what machines join, and who they are then.</summary>
[Cmdlet(VerbsCommon.New, "MeshWorkloadGroup", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "New-MeshWorkloadGroup")]
[OutputType(typeof(MeshWorkloadGroup), typeof(string))]
public sealed class NewMeshWorkloadGroupCommand : FleetCmdlet
{
    /// <summary>Its name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Service account that its members are in the mesh.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string ServiceAccount { get; set; } = "";

    /// <summary>Labels of the group and its members; <c>app=NAME</c> by default.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Label { get; set; }

    /// <summary>Ports of its members by name: <c>@{ http = 9080 }</c>.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Port { get; set; } = [];

    /// <summary>Network of its members.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Network { get; set; }

    /// <summary>Write the group as YAML and create nothing.</summary>
    [Parameter]
    public SwitchParameter AsYaml { get; set; }

    private protected override bool NeedsCluster => !AsYaml;

    private protected override object? Target => Name;

    private protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        string ns = NeedsCluster ? NamespaceInForce : Namespace ?? ClusterContext.DefaultNamespace;
        WorkloadGroup draft = WorkloadGroups.Draft(
            ns,
            Name,
            ServiceAccount,
            Label is null ? new Dictionary<string, string> { ["app"] = Name } : Pairs(Label).ToDictionary(p => p.Key, p => LanguagePrimitives.ConvertTo<string>(p.Value) ?? ""),
            Pairs(Port).ToDictionary(p => p.Key, p => LanguagePrimitives.ConvertTo<int>(p.Value)),
            Network);
        if (AsYaml)
        {
            WriteObject(WorkloadGroups.Write(draft));
        }
        else if (ShouldMake(Session.Describe(ns, Name), "Create WorkloadGroup", () => WorkloadGroups.Write(draft)))
        {
            WriteObject(new MeshWorkloadGroup(await new WorkloadGroups(Session.Kubernetes).CreateAsync(draft, cancellationToken)));
        }
    }

    // A hashtable has no order of its own; a file that is kept under version control needs one.
    private static IEnumerable<KeyValuePair<string, object?>> Pairs(Hashtable table) =>
        table.Keys.Cast<object>().Select(k => KeyValuePair.Create(Convert.ToString(k, CultureInfo.InvariantCulture)!, table[k])).OrderBy(p => p.Key, StringComparer.Ordinal);
}
