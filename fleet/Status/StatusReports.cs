using Onboarding.Api;
using Onboarding.Fleet.Workloads;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Fleet.Status;

/// <summary>How the workloads of a cluster stand: those that joined, and those that were refused.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class StatusReports(KubernetesClient kubernetes, TimeProvider time)
{
    /// <summary>Lists them, by namespace and group; refusals of a workload that has joined since are over, and left out.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<StatusReport>> ListAsync(StatusQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        Task<IReadOnlyList<StatusReport>> refusals = RefusalsAsync(query.Namespace, EventAnnotations.Refused, cancellationToken);
        // What would be refused isn't: a dry run's answer is for the one who has its correlation id.
        Task<IReadOnlyList<StatusReport>> dryRuns = query.CorrelationId is null
            ? Task.FromResult<IReadOnlyList<StatusReport>>([])
            : RefusalsAsync(query.Namespace, EventAnnotations.DryRunRefused, cancellationToken);
        Task<IReadOnlyList<Member>> members = query.CorrelationId is null
            ? new Members(kubernetes, time).ListAsync(new MemberQuery { Namespace = query.Namespace }, cancellationToken)
            : Task.FromResult<IReadOnlyList<Member>>([]);
        await Task.WhenAll(refusals, dryRuns, members);
        StatusReport[] joined = [.. (await members).Select(MemberReport.Create)];
        IEnumerable<StatusReport> open = (await refusals).Concat(await dryRuns).Where(r => query.CorrelationId is not null || !joined.Any(j => IsOver(r, j)));
        return
        [
            .. joined.Concat(open).Where(r => IsWanted(r, query))
                .OrderBy(r => r.Namespace, StringComparer.Ordinal).ThenBy(r => r.Group, StringComparer.Ordinal).ThenBy(r => r.Instance, StringComparer.Ordinal),
        ];
    }

    private static bool IsOver(StatusReport refusal, StatusReport joined) =>
        joined.Namespace == refusal.Namespace && joined.Group == refusal.Group && joined.Instance == refusal.Instance
        && joined.Since >= refusal.LastSeen;

    private static bool IsWanted(StatusReport report, StatusQuery query) =>
        (query.CorrelationId is null || report.CorrelationIds.Contains(query.CorrelationId))
        && (query.Group is null || report.Group == query.Group)
        && (query.HeardAfter is null || report.LastSeen >= query.HeardAfter)
        && (query.Name is null || (report.Name is { } name && query.Name(name))
            || (report.Instance is { } instance && (query.Name(instance) || query.Name($"{report.Group}-{instance}"))));

    private async Task<IReadOnlyList<StatusReport>> RefusalsAsync(string? ns, string reason, CancellationToken cancellationToken)
    {
        // Servers know few fields of Events; reason is one of them, and a busy cluster has thousands of others.
        KubernetesList<CoreV1Event> events = await kubernetes.ListAsync<CoreV1Event>(
            ns, new ListOptions { FieldSelector = $"reason={reason}" }, cancellationToken);
        return [.. events.Items.Select(RefusalReader.Read).OfType<StatusReport>()];
    }
}
