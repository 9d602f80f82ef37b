using System.Management.Automation;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Status;

namespace Onboarding.Cmdlets;

[Alias("Get-MeshOnboarding")]
public sealed partial class GetOnboardingStatusCommand
{
    private const string ByName = "Name";
    private const string ByGroup = "WorkloadGroup";
    private const string ByAll = "All";
    private const string ByCorrelationId = "CorrelationId";

    /// <summary>Name of the registration, or instance of a refused attempt; wildcards allowed.</summary>
    [Parameter(ParameterSetName = ByName, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(WorkloadCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Workloads and attempts of this WorkloadGroup.</summary>
    [Parameter(ParameterSetName = ByGroup, Mandatory = true)]
    [Alias("Group")]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? WorkloadGroup { get; set; }

    /// <summary>Everything in the cluster, or in the namespace if one is given.</summary>
    [Parameter(ParameterSetName = ByAll, Mandatory = true)]
    public SwitchParameter All { get; set; }

    /// <summary>Only what was heard of since then.</summary>
    [Parameter(ParameterSetName = ByAll)]
    [Parameter(ParameterSetName = ByGroup)]
    public DateTimeOffset? Since { get; set; }

    /// <summary>The attempt that was refused with this id.</summary>
    [Parameter(ParameterSetName = ByCorrelationId, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? CorrelationId { get; set; }

    private protected override bool NeedsCluster => ParameterSetName != MachineSet;

    private protected override object? Target => CorrelationId ?? Name ?? WorkloadGroup;

    private protected override Task ProcessAsync(CancellationToken cancellationToken) =>
        ParameterSetName == MachineSet ? ShowMachineAsync(cancellationToken) : ShowFleetAsync(cancellationToken);

    private async Task ShowFleetAsync(CancellationToken cancellationToken)
    {
        WildcardPattern? pattern = Name is null ? null : new WildcardPattern(Name, WildcardOptions.IgnoreCase);
        var query = new StatusQuery
        {
            // An id came from another machine's terminal, which didn't say where its group lives.
            Namespace = All || CorrelationId is not null ? Namespace : NamespaceInForce,
            Name = pattern is null ? null : pattern.IsMatch,
            Group = WorkloadGroup,
            HeardAfter = Since,
            CorrelationId = CorrelationId,
        };
        IReadOnlyList<StatusReport> reports = await new StatusReports(Session.Kubernetes, TimeProvider.System).ListAsync(query, cancellationToken);
        foreach (StatusReport report in reports)
        {
            WriteObject(OnboardingStatus.FromReport(report));
        }

        bool isNowhere = reports.Count == 0 && CorrelationId is null && await TellNothingAsync("workloads or refusals", All ? Namespace : NamespaceInForce, cancellationToken);
        if (reports.Count == 0 && CorrelationId is not null)
        {
            throw new OnboardingException(
                ModuleErrorIds.CorrelationIdNotFound,
                $"No refusal with correlation id '{CorrelationId}' is known in context {Session.Context.Name}: clusters keep Events for an hour, and the last five ids of each machine.",
                $"ask the plane's audit log: grep '{CorrelationId}' AUDIT-LOG; or see what there is: Get-OnboardingStatus -All");
        }

        if (reports.Count == 0 && !isNowhere && IsExact(Name))
        {
            throw GetMeshWorkloadCommand.NotFound(Name!, $"namespace {NamespaceInForce}");
        }
    }
}
