using System.Management.Automation;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>The part for this machine.</summary>
public sealed partial class UnregisterMeshWorkloadCommand
{
    private const string ByMachine = "Local";

    /// <summary>Take this machine out. It stays out until it is told to register, or its agent is started again.</summary>
    [Parameter(ParameterSetName = ByMachine, Mandatory = true)]
    public SwitchParameter Local { get; set; }

    /// <summary>Seconds the sidecar serves on once clients can learn that it leaves; the plane's value by default.</summary>
    [Parameter(ParameterSetName = ByMachine)]
    [ValidateRange(0, 3600)]
    public int? PropagationDelay { get; set; }

    /// <summary>State directory of the session on this machine; found by itself where there is only one.</summary>
    [Parameter(ParameterSetName = ByMachine, ValueFromPipelineByPropertyName = true)]
    public string? StateDirectory { get; set; }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await using LocalMachine machine = await LocalMachine.FindAsync(
            string.IsNullOrEmpty(StateDirectory) ? null : FilePath(StateDirectory), null, cancellationToken);
        MachineStatus before = await machine.GetStatusAsync(cancellationToken);
        string name = before.Registration.Length == 0 ? before.WorkloadGroup : before.Registration;
        if (!ShouldProcess($"{before.Namespace}/{name} ({machine.Owner})", "Unregister this machine"))
        {
            return;
        }

        MachineStatus after = await machine.UnregisterAsync(
            Reason,
            PropagationDelay is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            step => WriteVerbose(step.Message),
            cancellationToken);
        if (PassThru)
        {
            WriteObject(OnboardingStatus.FromMachine(after));
        }
    }
}
