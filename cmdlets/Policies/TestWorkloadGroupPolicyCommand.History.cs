using System.Management.Automation;
using Onboarding.Api.Policies;
using Onboarding.Fleet.Audit;
using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>The part for decisions of the past.</summary>
public sealed partial class TestWorkloadGroupPolicyCommand
{
    private const string ByHistory = "History";

    /// <summary>Ask for all who asked since then, by the audit log: how long ago (<c>30d</c>, <c>12h</c>), or a date.</summary>
    [Parameter(ParameterSetName = ByHistory, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Since { get; set; } = "";

    /// <summary>Audit logs; by default that of the plane that this process started.</summary>
    [Parameter(ParameterSetName = ByHistory)]
    [ValidateNotNullOrEmpty]
    public string[] AuditPath { get; set; } = [];

    /// <summary>Objects, or what a CI system reads.</summary>
    [Parameter(ParameterSetName = ByHistory)]
    public PolicyReportForm As { get; set; }

    private async Task ReplayAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset since = AuditInput.Moment(Since);
        ILookup<string, OnboardingPolicy> inForce = (await new PolicyStore(Session.Kubernetes, TimeProvider.System).ListAsync(Namespace, null, null, cancellationToken))
            .ToLookup(v => v.Policy.Metadata.Namespace ?? "", v => v.Policy, StringComparer.Ordinal);
        string home = NamespaceInForce;
        var replay = new PolicyReplay(ns => Drafts(ns, home).Aggregate(inForce[ns], PolicyJudges.With));
        var decisions = new List<ReplayedDecision>();
        foreach (AuditEntry entry in await EntriesAsync(cancellationToken))
        {
            // All of them, in their order: who registered before counts for maxMembers. What is asked about is of the time that was given.
            if (replay.Take(entry) is { } decision && entry.Time >= since && (Namespace is null || decision.Namespace == Namespace))
            {
                decisions.Add(decision);
            }
        }

        WriteReport(new ReplayReport(ReplayReport.Latest(decisions), Path));
    }

    private async Task<IEnumerable<AuditEntry>> EntriesAsync(CancellationToken cancellationToken)
    {
        var reader = new AuditLogReader(gap => WriteFailure(AuditLogReader.Gap(gap), Path));
        var entries = new List<AuditEntry>();
        foreach (string path in AuditPath.Length > 0 ? [.. AuditPath.Select(FilePath)] : (string[])[AuditInput.OfThisProcess()])
        {
            await foreach (AuditEntry entry in reader.ReadAsync(path, cancellationToken))
            {
                entries.Add(entry);
            }
        }

        return entries.OrderBy(e => e.Time);
    }

    // What names no namespace goes where it would be applied.
    private IEnumerable<OnboardingPolicy> Drafts(string ns, string home) => _file is null ? []
        : ns == home ? _file.In(ns).Policies
        : _file.Policies.Where(p => p.Metadata.Namespace == ns);

    private void WriteReport(ReplayReport report)
    {
        WriteVerbose(report.Summary);
        if (Quiet)
        {
            WriteObject(report.Refused.Count == 0);
            return;
        }

        switch (As)
        {
            case PolicyReportForm.JUnit:
                WriteObject(report.ToJUnit());
                break;
            case PolicyReportForm.Sarif:
                WriteObject(report.ToSarif());
                break;
            case PolicyReportForm.GitHub:
                foreach (string line in report.ToGitHub())
                {
                    WriteObject(line);
                }

                break;
            default:
                if (report.Refused.Count + report.Admitted.Count > 0)
                {
                    WriteWarning(report.Summary + ".");
                }

                foreach (ReplayedDecision decision in report.Refused.Concat(report.Admitted))
                {
                    WriteObject(new PolicyChange(decision));
                }

                break;
        }
    }
}

/// <summary>What a judgement against history is written as.</summary>
public enum PolicyReportForm
{
    /// <summary>An object for each machine whose answer changes.</summary>
    Objects = 0,

    /// <summary>JUnit's XML, a case for each machine.</summary>
    JUnit = 1,

    /// <summary>SARIF 2.1.0.</summary>
    Sarif = 2,

    /// <summary>Workflow commands of GitHub Actions, which annotate a pull request.</summary>
    GitHub = 3,
}
