using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Workloads;

namespace Onboarding.Cmdlets;

/// <summary>Takes workloads out of the mesh.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "MeshWorkload", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByName, HelpUri = HelpLink.Root + "Unregister-MeshWorkload")]
[OutputType(typeof(MeshWorkload), ParameterSetName = [ByName, ByObject])]
[OutputType(typeof(OnboardingStatus), ParameterSetName = [ByMachine])]
public sealed partial class UnregisterMeshWorkloadCommand : FleetCmdlet
{
    private const string ByName = "Name";
    private const string ByObject = "InputObject";

    /// <summary>Name of the registration.</summary>
    [Parameter(ParameterSetName = ByName, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkloadCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>What <c>Get-MeshWorkload</c> wrote.</summary>
    [Parameter(ParameterSetName = ByObject, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public MeshWorkload? InputObject { get; set; }

    /// <summary>Only force it to rejoin: its agent is not excluded. One that was excluded may rejoin.</summary>
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByObject)]
    public SwitchParameter Rejoin { get; set; }

    /// <summary>Why; told to its agent.</summary>
    [Parameter]
    [ValidateLength(1, 200)]
    public string? Reason { get; set; }

    /// <summary>Write what was removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Target => InputObject is not null ? InputObject : Name;

    private protected override bool NeedsCluster => ParameterSetName != ByMachine;

    private protected override Task ProcessAsync(CancellationToken cancellationToken) =>
        ParameterSetName == ByMachine ? LeaveAsync(cancellationToken) : RemoveAsync(cancellationToken);

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        string ns = InputObject?.Namespace ?? NamespaceInForce;
        string name = InputObject?.Name ?? Name;
        if (!ShouldProcess(Session.Describe(ns, name), Rejoin ? "Unregister and let it rejoin" : "Unregister"))
        {
            return;
        }

        var eviction = new Eviction(Session.Kubernetes, TimeProvider.System);
        Member? found = InputObject?.Member ?? await new Members(Session.Kubernetes, TimeProvider.System).GetAsync(ns, name, cancellationToken);
        if (found is null && Rejoin && await eviction.LetBackAsync(ns, name, cancellationToken))
        {
            WriteVerbose($"'{ns}/{name}' (context {Session.Context.Name}) may come back; its agent joins within a minute");
            return;
        }

        Member member = found ?? throw GetMeshWorkloadCommand.NotFound(name, $"namespace {ns}");
        await RemoveAsync(eviction, member, cancellationToken);
        if (PassThru)
        {
            WriteObject(new MeshWorkload(member));
        }
    }

    private async Task RemoveAsync(Eviction eviction, Member member, CancellationToken cancellationToken)
    {
        string done = $"unregistered '{member.Namespace}/{member.Name}' (context {Session.Context.Name})";
        if (Rejoin)
        {
            await eviction.ForceRejoinAsync(member, cancellationToken);
            WriteVerbose($"{done}; its agent rejoins");
        }
        else if (await eviction.RemoveAsync(member, Reason, cancellationToken))
        {
            WriteVerbose($"{done}; it stays excluded until someone on its machine overrides that");
        }
        else
        {
            WriteWarning(
                $"{member.Namespace}/{member.Name} was removed, but no plane noted that it is to stay out: its agent may join again. Once the plane runs: Unregister-MeshWorkload {member.Name} -Namespace {member.Namespace}");
        }
    }
}
