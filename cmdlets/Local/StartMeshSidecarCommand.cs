using System.Management.Automation;
using Onboarding.Client.Local;
using Onboarding.Cmdlets.Loading;

namespace Onboarding.Cmdlets;

/// <summary>Starts this machine's sidecar, and waits until it is ready.</summary>
[Cmdlet(VerbsLifecycle.Start, "MeshSidecar", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "Start-MeshSidecar")]
[OutputType(typeof(MeshSidecar))]
public sealed class StartMeshSidecarCommand : SidecarCmdlet
{
    /// <summary>Don't wait until it is ready.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override string Action => "Start";

    private protected override Task<MachineSidecar> ActAsync(LocalMachine machine, CancellationToken cancellationToken) =>
        machine.StartSidecarAsync(!NoWait, cancellationToken);
}
