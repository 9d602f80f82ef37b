using System.Management.Automation;
using Onboarding.Client.Local;
using Onboarding.Cmdlets.Loading;

namespace Onboarding.Cmdlets;

/// <summary>Stops this machine's sidecar and starts it again.</summary>
[Cmdlet(VerbsLifecycle.Restart, "MeshSidecar", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "Restart-MeshSidecar")]
[OutputType(typeof(MeshSidecar))]
public sealed class RestartMeshSidecarCommand : SidecarCmdlet
{
    /// <summary>Seconds it may drain before it is killed; the configured time by default.</summary>
    [Parameter]
    [ValidateRange(0, 3600)]
    public int? DrainTimeoutSec { get; set; }

    /// <summary>Without drain: connections break.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Don't wait until it is ready.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override string Action => Force ? "Restart without drain" : "Restart";

    private protected override Task<MachineSidecar> ActAsync(LocalMachine machine, CancellationToken cancellationToken) =>
        machine.RestartSidecarAsync(DrainTime.FromParameters(Force, DrainTimeoutSec), !NoWait, cancellationToken);
}
