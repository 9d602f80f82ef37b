using System.Management.Automation;
using Onboarding.Client.Local;
using Onboarding.Client.Logging;
using Onboarding.Cmdlets.Loading;

namespace Onboarding.Cmdlets;

/// <summary>
/// Joins this machine to the mesh. With an agent service the session is the service's, and Ctrl+C ends the waiting only; without
/// one it is this process's, and Ctrl+C takes the join back.
/// </summary>
[Cmdlet(VerbsLifecycle.Register, "MeshWorkload", SupportsShouldProcess = true, DefaultParameterSetName = FileSet, HelpUri = HelpLink.Root + "Register-MeshWorkload")]
[OutputType(typeof(MeshRegistration))]
public sealed class RegisterMeshWorkloadCommand : JoinCmdlet
{
    private const int ProgressId = 7301;
    private readonly List<(MachineJoin Join, object? Target)> _joins = [];
    private int _done;

    /// <summary>Who shall own the session.</summary>
    [Parameter]
    public MeshSessionOwner Session { get; set; }

    /// <summary>Start the sidecar, too, and wait until it is ready.</summary>
    [Parameter]
    public SwitchParameter StartSidecar { get; set; }

    /// <summary>Leave first, if the machine is in the mesh already. Join also if an operator unregistered it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How many objects of the pipeline join at a time.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = 8;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        object? target = Target;
        JoinRequest request = Request() with { Session = Session.ToString(), StartSidecar = StartSidecar, Force = Force };
        MachineJoin join = await MachineJoin.PrepareAsync(request, cancellationToken);
        if (ShouldMake(join.Target, join.Action, join.Plan))
        {
            // All at the end, so that as many run at a time as are allowed, whatever the pace of the pipeline.
            _joins.Add((join, target));
        }
    }

    private protected override Task EndAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        _joins,
        new ParallelOptions { MaxDegreeOfParallelism = ThrottleLimit, CancellationToken = cancellationToken },
        async (item, token) => await JoinAsync(item.Join, item.Target, token));

    private async Task JoinAsync(MachineJoin join, object? target, CancellationToken cancellationToken)
    {
        try
        {
            WriteObject(new MeshRegistration(await InTimeAsync(
                token => join.RunAsync(Tell, WriteWarning, Log, token), cancellationToken)));
        }
        catch (Exception e) when (Errors.ErrorRecords.IsExpected(e))
        {
            // One machine's trouble is no other's.
            WriteFailure(e, target);
        }

        int done = Interlocked.Increment(ref _done);
        if (_joins.Count > 1)
        {
            WriteProgress(new ProgressRecord(ProgressId, "Joining the mesh", $"{done} of {_joins.Count}")
            {
                PercentComplete = done * 100 / _joins.Count,
                RecordType = done == _joins.Count ? ProgressRecordType.Completed : ProgressRecordType.Processing,
            });
        }
    }

    private void Tell(MachineStep step) => WriteVerbose(StepText.Format(step));

    private void Log(LogSeverity severity, string line) => WriteDebug(line);
}
