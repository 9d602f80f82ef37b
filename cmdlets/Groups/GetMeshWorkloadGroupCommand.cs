using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Groups;

namespace Onboarding.Cmdlets;

/// <summary>Lists WorkloadGroups, with how many members they have and which policies reach them.</summary>
[Cmdlet(VerbsCommon.Get, "MeshWorkloadGroup", HelpUri = HelpLink.Root + "Get-MeshWorkloadGroup")]
[OutputType(typeof(MeshWorkloadGroup))]
public sealed class GetMeshWorkloadGroupCommand : FleetCmdlet
{
    /// <summary>Its name; wildcards allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Of all namespaces.</summary>
    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    private protected override object? Target => Name;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkloadGroupView> found = await new WorkloadGroups(Session.Kubernetes)
            .ListAsync(AllNamespaces ? null : NamespaceInForce, Matcher(Name), cancellationToken);
        foreach (WorkloadGroupView view in found)
        {
            WriteObject(new MeshWorkloadGroup(view));
        }

        if (found.Count == 0 && !await TellNothingAsync("WorkloadGroups", AllNamespaces ? null : NamespaceInForce, cancellationToken) && IsExact(Name))
        {
            WriteFailure(WorkloadGroups.NotFound(NamespaceInForce, Name!), Name);
        }
    }
}
