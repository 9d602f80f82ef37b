using System.Management.Automation;
using Onboarding.Client.Local;
using Onboarding.Cmdlets.Loading;

namespace Onboarding.Cmdlets;

/// <summary>Shows where a machine is on its way into the mesh, and why it isn't further.</summary>
[Cmdlet(VerbsCommon.Get, "OnboardingStatus", DefaultParameterSetName = MachineSet, HelpUri = HelpLink.Root + "Get-OnboardingStatus")]
[OutputType(typeof(OnboardingStatus))]
public sealed partial class GetOnboardingStatusCommand : FleetCmdlet
{
    private const string MachineSet = "Machine";

    /// <summary>State directory of the session on this machine; found by itself where there is only one.</summary>
    [Parameter(ParameterSetName = MachineSet, ValueFromPipelineByPropertyName = true)]
    public string? StateDirectory { get; set; }

    /// <summary>Show it again whenever it changes, until Ctrl+C.</summary>
    [Parameter(ParameterSetName = MachineSet)]
    public SwitchParameter Watch { get; set; }

    private async Task ShowMachineAsync(CancellationToken cancellationToken)
    {
        string? directory = string.IsNullOrEmpty(StateDirectory) ? null : FilePath(StateDirectory);
        if (Watch)
        {
            await using LocalMachine watched = await LocalMachine.FindAsync(directory, null, cancellationToken);
            await foreach (MachineStatus status in watched.WatchAsync(cancellationToken))
            {
                WriteObject(OnboardingStatus.FromMachine(status));
            }

            return;
        }

        foreach (LocalMachine machine in await LocalMachine.FindAllAsync(directory, null, cancellationToken))
        {
            await using (machine)
            {
                WriteObject(OnboardingStatus.FromMachine(await machine.GetStatusAsync(cancellationToken)));
            }
        }
    }
}
