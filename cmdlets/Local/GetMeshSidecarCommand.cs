using System.Management.Automation;
using Onboarding.Client.Local;
using Onboarding.Cmdlets.Loading;

namespace Onboarding.Cmdlets;

/// <summary>Shows this machine's sidecars: one for each session.</summary>
[Cmdlet(VerbsCommon.Get, "MeshSidecar", HelpUri = HelpLink.Root + "Get-MeshSidecar")]
[OutputType(typeof(MeshSidecar))]
public sealed class GetMeshSidecarCommand : MachineCmdlet
{
    /// <summary>Registration or group; all if not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public string? Name { get; set; }

    private protected override object? Target => Name ?? StateDirectory;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (LocalMachine machine in await LocalMachine.FindAllAsync(StateDirectoryPath, Name is { Length: > 0 } name ? name : null, cancellationToken))
        {
            await using (machine)
            {
                WriteObject(new MeshSidecar((await InTimeAsync(machine.GetStatusAsync, cancellationToken)).Sidecar));
            }
        }
    }
}
