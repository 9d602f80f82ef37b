using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Status;

namespace Onboarding.Cmdlets;

/// <summary>Shows what the plane told of workloads and groups, and goes on showing it.</summary>
[Cmdlet(VerbsCommon.Get, "MeshOnboardingEvent", HelpUri = HelpLink.Root + "Get-MeshOnboardingEvent")]
[OutputType(typeof(MeshOnboardingEvent))]
public sealed class GetMeshOnboardingEventCommand : FleetCmdlet
{
    /// <summary>Only about the attempt with this id.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CorrelationIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? CorrelationId { get; set; }

    /// <summary>Only about this group.</summary>
    [Parameter]
    [Alias("Group")]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? WorkloadGroup { get; set; }

    /// <summary>Go on with those that come, until Ctrl+C.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>Of all namespaces.</summary>
    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    private protected override object? Target => CorrelationId;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        // An id came from another machine's terminal, which didn't say where its group lives.
        string? ns = AllNamespaces || (CorrelationId is not null && Namespace is null) ? null : NamespaceInForce;
        bool any = false;
        await foreach (PlaneEventView view in new PlaneEvents(Session.Kubernetes).ReadAsync(ns, Follow, cancellationToken))
        {
            if ((CorrelationId is null || view.CorrelationIds.Contains(CorrelationId))
                && (WorkloadGroup is null || (view.Kind == "WorkloadGroup" ? view.About == WorkloadGroup : view.About.StartsWith($"{WorkloadGroup}-", StringComparison.Ordinal))))
            {
                any = true;
                WriteObject(new MeshOnboardingEvent(view));
            }
        }

        if (!any)
        {
            await TellNothingAsync("events", ns, cancellationToken);
        }
    }
}
