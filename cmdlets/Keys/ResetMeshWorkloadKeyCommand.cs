using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Keys;

namespace Onboarding.Cmdlets;

/// <summary>Lets a workload's identity be bound to another key: after its machine was installed again.</summary>
[Cmdlet(VerbsCommon.Reset, "MeshWorkloadKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByName, HelpUri = HelpLink.Root + "Reset-MeshWorkloadKey")]
[OutputType(typeof(void))]
public sealed class ResetMeshWorkloadKeyCommand : FleetCmdlet
{
    private const string ByName = "Name";
    private const string ByObject = "InputObject";

    /// <summary>Name of the registration.</summary>
    [Parameter(ParameterSetName = ByName, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkloadCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>What <c>Get-MeshWorkloadKey</c> wrote: also of a workload that has left.</summary>
    [Parameter(ParameterSetName = ByObject, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public MeshWorkloadKey? InputObject { get; set; }

    private protected override object? Target => InputObject is not null ? InputObject : Name;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        string ns = InputObject?.Namespace ?? NamespaceInForce;
        string name = InputObject?.ToString() ?? Name;
        if (!ShouldProcess(Session.Describe(ns, name), "Reset key: the next that proves the identity is bound"))
        {
            return;
        }

        var keys = new WorkloadKeys(Session.Kubernetes);
        IReadOnlyList<BoundKey> bound = InputObject?.Key is { } given ? [given] : await keys.ListAsync(ns, n => n == Name, cancellationToken);
        BoundKey key = bound.Count > 0 ? bound[0] : throw WorkloadKeys.NotFound(ns, Name);
        await keys.ResetAsync(key, cancellationToken);
        WriteVerbose($"reset the key of '{ns}/{name}' (context {Session.Context.Name}), which was {key.Thumbprint}");
    }
}
