using System.Management.Automation;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>A cmdlet about this machine's sidecar.</summary>
public abstract class SidecarCmdlet : MachineCmdlet
{
    /// <summary>Registration or group; needed only where this process owns several sessions.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public string? Name { get; set; }

    /// <summary>Write the sidecar as it is then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Target => Name ?? StateDirectory;

    /// <summary>What is done, as a sentence without a subject.</summary>
    private protected abstract string Action { get; }

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        await using LocalMachine machine = await LocalMachine.FindAsync(StateDirectoryPath, Name is { Length: > 0 } name ? name : null, cancellationToken);
        MachineStatus status = await machine.GetStatusAsync(cancellationToken);
        if (!ShouldProcess($"sidecar of {status.Namespace}/{status.WorkloadGroup} ({machine.Owner})", Action))
        {
            return;
        }

        MachineSidecar sidecar = await InTimeAsync(token => ActAsync(machine, token), cancellationToken);
        foreach (string notice in sidecar.Notices)
        {
            WriteWarning(notice);
        }

        if (PassThru)
        {
            WriteObject(new MeshSidecar(sidecar));
        }
    }

    private protected abstract Task<MachineSidecar> ActAsync(LocalMachine machine, CancellationToken cancellationToken);
}

/// <summary>How long a sidecar may drain.</summary>
internal static class DrainTime
{
    /// <summary>Null for the configured time.</summary>
    public static TimeSpan? FromParameters(bool force, int? seconds) => force ? TimeSpan.Zero : seconds is { } s ? TimeSpan.FromSeconds(s) : null;
}
