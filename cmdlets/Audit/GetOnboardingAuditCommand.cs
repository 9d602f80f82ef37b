using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Cmdlets.Pipeline;
using Onboarding.Fleet.Audit;

namespace Onboarding.Cmdlets;

/// <summary>Reads the plane's audit log: files, or lines of <c>kubectl logs</c>.</summary>
[Cmdlet(VerbsCommon.Get, "OnboardingAudit", DefaultParameterSetName = ByPath, HelpUri = HelpLink.Root + "Get-OnboardingAudit")]
[OutputType(typeof(OnboardingAuditRecord))]
public sealed class GetOnboardingAuditCommand : AsyncCmdlet
{
    private const string ByPath = "Path";
    private const string ByLine = "InputObject";
    private const string PipeName = "the pipeline";
    private readonly List<OnboardingAuditRecord> _records = [];
    private AuditLogReader? _reader;
    private DateTimeOffset _since = DateTimeOffset.MinValue;
    private bool _hasLines;

    /// <summary>Files of audit logs, one for each replica; what was put aside (<c>FILE.1</c>…) is read, too. By default that of the plane that this process started.</summary>
    [Parameter(ParameterSetName = ByPath, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>A line of an audit log, or of the log that it is in.</summary>
    [Parameter(ParameterSetName = ByLine, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = "";

    /// <summary>Only of this action.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet("authorize", "authorize-dry-run", "register", "unregister", "connect", "renew", "boot-configuration", "istio-token", "remove", "unauthorized", "evict")]
    public string[] Action { get; set; } = [];

    /// <summary>Only what was refused.</summary>
    [Parameter]
    public SwitchParameter Refused { get; set; }

    /// <summary>Only about groups of this namespace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Only about this group.</summary>
    [Parameter]
    [Alias("Group")]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? WorkloadGroup { get; set; }

    /// <summary>Only with this id.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CorrelationIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? CorrelationId { get; set; }

    /// <summary>Only since then: how long ago (<c>30d</c>, <c>12h</c>, <c>90m</c>), or a date.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Since { get; set; }

    private protected override object? Target => ParameterSetName == ByPath ? string.Join(", ", Path) : null;

    private protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _since = Since is null ? DateTimeOffset.MinValue : AuditInput.Moment(Since);
        // Stated as an error: -ErrorAction Stop ends an audit that isn't complete.
        _reader = new AuditLogReader(gap => WriteFailure(AuditLogReader.Gap(gap), null));
        return Task.CompletedTask;
    }

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == ByLine)
        {
            _hasLines = true;
            Take(_reader!.Take(InputObject, PipeName));
            return;
        }

        foreach (string path in Path.Length > 0 ? [.. Path.Select(FilePath)] : (string[])[AuditInput.OfThisProcess()])
        {
            await foreach (AuditEntry entry in _reader!.ReadAsync(path, cancellationToken))
            {
                Take(entry);
            }
        }
    }

    private protected override Task EndAsync(CancellationToken cancellationToken)
    {
        if (_hasLines)
        {
            _reader!.EndOf(PipeName);
        }

        // Of several replicas one story.
        foreach (OnboardingAuditRecord record in _records.OrderBy(r => r.Time))
        {
            WriteObject(record);
        }

        return Task.CompletedTask;
    }

    private void Take(AuditEntry? entry)
    {
        if (entry is not null && IsWanted(entry))
        {
            _records.Add(new OnboardingAuditRecord(entry));
        }
    }

    private bool IsWanted(AuditEntry entry) =>
        entry.Time >= _since
        && (Action.Length == 0 || Action.Contains(entry.Action, StringComparer.OrdinalIgnoreCase))
        && (!Refused || !entry.IsAllowed)
        && (Namespace is null || entry.Namespace == Namespace)
        && (WorkloadGroup is null || entry.Group == WorkloadGroup)
        && (CorrelationId is null || entry.CorrelationId == CorrelationId);
}
