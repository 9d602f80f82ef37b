using System.Globalization;
using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Workloads;

namespace Onboarding.Cmdlets;

/// <summary>Waits until workloads are connected, healthy, or gone.</summary>
[Cmdlet(VerbsLifecycle.Wait, "MeshWorkload", HelpUri = HelpLink.Root + "Wait-MeshWorkload")]
[OutputType(typeof(MeshWorkload))]
public sealed class WaitMeshWorkloadCommand : FleetCmdlet
{
    private const int ProgressId = 7302;
    private readonly List<(string Namespace, string Name)> _asked = [];

    /// <summary>Name of the registration. One that isn't registered yet is waited for, too.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkloadCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>What to wait for.</summary>
    [Parameter(Position = 1)]
    public WorkloadGoal For { get; set; }

    /// <summary>Seconds to wait at most, for all of them together.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int WaitSec { get; set; } = 300;

    private protected override object? Target => string.Join(", ", Name);

    private protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        // All at the end, so that the time is for all and not for each.
        _asked.AddRange(Name.Select(n => (NamespaceInForce, n)));
        return Task.CompletedTask;
    }

    private protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        MemberGoal goal = Enum.Parse<MemberGoal>(For.ToString());
        int reached = 0;
        long start = TimeProvider.System.GetTimestamp();
        foreach (IGrouping<string, (string Namespace, string Name)> ns in _asked.Distinct().GroupBy(a => a.Namespace))
        {
            Tell(reached, $"namespace {ns.Key}");
            TimeSpan left = TimeSpan.FromSeconds(WaitSec) - TimeProvider.System.GetElapsedTime(start);
            IReadOnlyDictionary<string, Member?> late = await new MemberWait(Session.Kubernetes, TimeProvider.System).RunAsync(
                ns.Key,
                [.. ns.Select(n => n.Name)],
                goal,
                left,
                (name, member) =>
                {
                    Tell(++reached, name);
                    if (member is not null)
                    {
                        WriteObject(new MeshWorkload(member));
                    }
                },
                cancellationToken);
            foreach ((string name, Member? member) in late)
            {
                WriteFailure(Late(ns.Key, name, member), name);
            }
        }

        if (_asked.Count > 0)
        {
            WriteProgress(new ProgressRecord(ProgressId, Activity, "done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private string Activity => $"Waiting for workloads to be {For.ToString().ToLowerInvariant()}";

    private void Tell(int reached, string what) => WriteProgress(new ProgressRecord(ProgressId, Activity, $"{reached} of {_asked.Count}")
    {
        CurrentOperation = what,
        PercentComplete = reached * 100 / _asked.Count,
    });

    private TimeoutException Late(string ns, string name, Member? member) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"'{ns}/{name}' isn't {For.ToString().ToLowerInvariant()} after {WaitSec} s: {(member is null ? "it isn't registered" : $"it is {member.Phase}, its sidecar {member.Sidecar ?? "not told of"}")}. Why: Get-OnboardingStatus {name} -Namespace {ns}"));
}

/// <summary>What one can wait for.</summary>
public enum WorkloadGoal
{
    /// <summary>The agent holds a session.</summary>
    Connected = 0,

    /// <summary>The agent holds a session, and the sidecar is ready.</summary>
    Healthy = 1,

    /// <summary>It isn't registered any more.</summary>
    Gone = 2,
}
