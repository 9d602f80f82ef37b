using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Audit;
using Onboarding.Fleet.Reports;

namespace Onboarding.Cmdlets;

/// <summary>Reports for an auditor who may join what, who did, and who was refused.</summary>
[Cmdlet(VerbsCommon.Get, "OnboardingReport", HelpUri = HelpLink.Root + "Get-OnboardingReport")]
[OutputType(typeof(OnboardingReportRow), typeof(string))]
public sealed class GetOnboardingReportCommand : FleetCmdlet
{
    /// <summary>Audit logs to take refusals from; without them those that the cluster still knows, which is of an hour.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] AuditPath { get; set; } = [];

    /// <summary>Refusals of the audit log since then: how long ago (<c>30d</c>, <c>12h</c>), or a date.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Since { get; set; }

    /// <summary>Objects, or the text of a file.</summary>
    [Parameter]
    public ReportForm As { get; set; }

    /// <summary>Of all namespaces.</summary>
    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    private protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        List<AuditEntry>? refusals = AuditPath.Length == 0 ? null : [];
        DateTimeOffset since = Since is null ? DateTimeOffset.MinValue : AuditInput.Moment(Since);
        var reader = new AuditLogReader(gap => WriteFailure(AuditLogReader.Gap(gap), null));
        foreach (string path in AuditPath.Select(FilePath))
        {
            await foreach (AuditEntry entry in reader.ReadAsync(path, cancellationToken))
            {
                if (!entry.IsAllowed && entry.Time >= since)
                {
                    refusals!.Add(entry);
                }
            }
        }

        IReadOnlyList<ReportRow> rows = await new ReportRows(Session.Kubernetes, TimeProvider.System)
            .ListAsync(AllNamespaces ? null : NamespaceInForce, refusals, cancellationToken);
        switch (As)
        {
            case ReportForm.Csv:
                WriteObject(ReportText.ToCsv(rows).TrimEnd());
                break;
            case ReportForm.Html:
                string where = AllNamespaces ? "all namespaces" : $"namespace {NamespaceInForce}";
                WriteObject(ReportText.ToHtml(rows, $"Onboarding: {where}, context {Session.Context.Name}", TimeProvider.System.GetUtcNow()).TrimEnd());
                break;
            default:
                foreach (ReportRow row in rows)
                {
                    WriteObject(new OnboardingReportRow(row));
                }

                break;
        }
    }
}

/// <summary>What a report is written as.</summary>
public enum ReportForm
{
    /// <summary>Objects.</summary>
    Objects = 0,

    /// <summary>Comma-separated values, for a spreadsheet.</summary>
    Csv = 1,

    /// <summary>A page, for a browser.</summary>
    Html = 2,
}
