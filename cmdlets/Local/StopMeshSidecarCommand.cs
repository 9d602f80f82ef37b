using System.Management.Automation;
using Onboarding.Client.Local;
using Onboarding.Cmdlets.Loading;

namespace Onboarding.Cmdlets;

/// <summary>Stops this machine's sidecar until someone starts it; the machine stays registered.</summary>
[Cmdlet(VerbsLifecycle.Stop, "MeshSidecar", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "Stop-MeshSidecar")]
[OutputType(typeof(MeshSidecar))]
public sealed class StopMeshSidecarCommand : SidecarCmdlet
{
    /// <summary>Seconds it may drain before it is killed; the configured time by default.</summary>
    [Parameter]
    [ValidateRange(0, 3600)]
    public int? DrainTimeoutSec { get; set; }

    /// <summary>Without drain: connections break.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Action => Force ? "Stop without drain" : "Stop";

    private protected override Task<MachineSidecar> ActAsync(LocalMachine machine, CancellationToken cancellationToken) =>
        machine.StopSidecarAsync(DrainTime.FromParameters(Force, DrainTimeoutSec), cancellationToken);
}
