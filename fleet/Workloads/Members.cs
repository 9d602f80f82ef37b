using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Workloads;

/// <summary>The workloads that joined.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class Members(KubernetesClient kubernetes, TimeProvider time)
{
    /// <summary>Lists them, by namespace, group and name.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<Member>> ListAsync(MemberQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        // Both at once: neither list needs the other.
        Task<KubernetesList<WorkloadAutoRegistration>> registrations =
            kubernetes.ListAsync<WorkloadAutoRegistration>(query.Namespace, cancellationToken: cancellationToken);
        Task<KubernetesList<WorkloadEntry>> entries =
            kubernetes.ListAsync<WorkloadEntry>(query.Namespace, new ListOptions { LabelSelector = query.Selector }, cancellationToken);
        await Task.WhenAll(registrations, entries);
        DateTimeOffset now = time.GetUtcNow();
        var byName = (await entries).Items.ToDictionary(e => (e.Metadata.Namespace, e.Metadata.Name));
        return
        [
            .. (await registrations).Items
                .Where(r => query.Selector is null || byName.ContainsKey((r.Metadata.Namespace, r.Metadata.Name)))
                .Select(r => MemberReader.Read(r, byName.GetValueOrDefault((r.Metadata.Namespace, r.Metadata.Name)), now))
                .Where(m => IsWanted(m, query))
                .OrderBy(m => m.Namespace, StringComparer.Ordinal).ThenBy(m => m.Group, StringComparer.Ordinal).ThenBy(m => m.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Reads one.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Name of its registration.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Null if there is none of that name.</returns>
    public async Task<Member?> GetAsync(string ns, string name, CancellationToken cancellationToken)
    {
        Task<WorkloadAutoRegistration?> registration = kubernetes.TryGetAsync<WorkloadAutoRegistration>(ns, name, cancellationToken);
        Task<WorkloadEntry?> entry = kubernetes.TryGetAsync<WorkloadEntry>(ns, name, cancellationToken);
        await Task.WhenAll(registration, entry);
        return await registration is { } found ? MemberReader.Read(found, await entry, time.GetUtcNow()) : null;
    }

    /// <summary>True if it is where the query wants it.</summary>
    internal static bool IsInPhase(Member member, MemberQuery query) =>
        (query.Phase is null || string.Equals(member.Phase, query.Phase, StringComparison.OrdinalIgnoreCase))
        && (!query.Stale || member.Phase != MemberPhase.Connected);

    private static bool IsWanted(Member member, MemberQuery query) =>
        (query.Name?.Invoke(member.Name) ?? true)
        && (query.Group is null || member.Group == query.Group)
        && (query.Platform is null || string.Equals(member.Platform, query.Platform, StringComparison.OrdinalIgnoreCase))
        && IsInPhase(member, query);
}
