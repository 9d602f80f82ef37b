using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Keys;

namespace Onboarding.Cmdlets;

/// <summary>Shows which key each workload's identity is bound to.</summary>
[Cmdlet(VerbsCommon.Get, "MeshWorkloadKey", HelpUri = HelpLink.Root + "Get-MeshWorkloadKey")]
[OutputType(typeof(MeshWorkloadKey))]
public sealed class GetMeshWorkloadKeyCommand : FleetCmdlet
{
    /// <summary>Name of the registration; wildcards allowed. Without it also workloads that have left.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkloadCompleter))]
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
        IReadOnlyList<BoundKey> found = await new WorkloadKeys(Session.Kubernetes)
            .ListAsync(AllNamespaces ? null : NamespaceInForce, Matcher(Name), cancellationToken);
        foreach (BoundKey key in found)
        {
            WriteObject(new MeshWorkloadKey(key));
        }

        if (found.Count == 0 && !await TellNothingAsync("key bindings", AllNamespaces ? null : NamespaceInForce, cancellationToken) && IsExact(Name))
        {
            WriteFailure(WorkloadKeys.NotFound(NamespaceInForce, Name!), Name);
        }
    }
}
