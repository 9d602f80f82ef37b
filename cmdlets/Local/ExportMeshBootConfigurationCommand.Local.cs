using System.Management.Automation;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>The part for this machine.</summary>
public sealed partial class ExportMeshBootConfigurationCommand
{
    private const string ByMachine = "Local";

    /// <summary>What this machine has, instead of what a new one would get.</summary>
    [Parameter(ParameterSetName = ByMachine, Mandatory = true)]
    public SwitchParameter Local { get; set; }

    /// <summary>State directory of the session on this machine; found by itself where there is only one.</summary>
    [Parameter(ParameterSetName = ByMachine, ValueFromPipelineByPropertyName = true)]
    public string? StateDirectory { get; set; }

    private async Task CopyAsync(CancellationToken cancellationToken)
    {
        string directory = FilePath(Destination);
        await using LocalMachine machine = await LocalMachine.FindAsync(
            string.IsNullOrEmpty(StateDirectory) ? null : FilePath(StateDirectory), null, cancellationToken);
        MachineStatus status = await machine.GetStatusAsync(cancellationToken);
        if (!ShouldProcess(directory, $"Copy boot configuration of {status.Namespace}/{status.WorkloadGroup} ({machine.Owner})"))
        {
            return;
        }

        RefuseToOverwrite(directory);
        foreach (string path in BootConfigurationCopy.Copy(status, directory, withToken: !NoToken))
        {
            WriteObject(new FileInfo(path));
        }
    }
}
