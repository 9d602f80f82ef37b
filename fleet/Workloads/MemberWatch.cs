using System.Runtime.CompilerServices;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Workloads;

/// <summary>Follows workloads: those there are, then each that comes, changes or goes.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class MemberWatch(KubernetesClient kubernetes, TimeProvider time)
{
    // Two lists a look. The plane itself takes seconds to take up how a sidecar is.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Follows them until it is canceled.</summary>
    /// <param name="queries">Which; those of any of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<Member> RunAsync(IReadOnlyList<MemberQuery> queries, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queries);
        var members = new Members(kubernetes, time);
        MemberChanges[] changes = [.. queries.Select(q => new MemberChanges(q))];
        while (true)
        {
            foreach (MemberChanges change in changes)
            {
                foreach (Member member in change.Next(await members.ListAsync(change.Asked, cancellationToken)))
                {
                    yield return member;
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}

/// <summary>What differs between one list of workloads and the next.</summary>
/// <param name="query">Which workloads are followed.</param>
public sealed class MemberChanges(MemberQuery query)
{
    private Dictionary<(string Namespace, string Name, string? Uid), Member> _shown = [];

    /// <summary>What to list: without the phase, so that a workload that leaves it is told from one that is gone.</summary>
    public MemberQuery Asked { get; } = query with { Phase = null, Stale = false };

    /// <summary>Takes the next list.</summary>
    /// <param name="listed">What is there for <see cref="Asked"/>.</param>
    /// <returns>Those that are gone, with that phase; then those that came or changed, or left the phase that is asked for.</returns>
    public IReadOnlyList<Member> Next(IReadOnlyList<Member> listed)
    {
        ArgumentNullException.ThrowIfNull(listed);
        var there = listed.ToDictionary(m => (m.Namespace, m.Name, m.Uid));
        List<Member> told = [.. _shown.Where(s => !there.ContainsKey(s.Key)).Select(s => s.Value with { Phase = MemberPhase.Gone })];
        Dictionary<(string Namespace, string Name, string? Uid), Member> shown = [];
        foreach (Member member in listed)
        {
            (string Namespace, string Name, string? Uid) key = (member.Namespace, member.Name, member.Uid);
            Member? before = _shown.GetValueOrDefault(key);
            bool isWanted = Members.IsInPhase(member, query);
            if (isWanted)
            {
                shown.Add(key, member);
            }

            if (before is null ? isWanted : !IsSame(before, member))
            {
                told.Add(member);
            }
        }

        _shown = shown;
        return told;
    }

    // Not LastSeen and Since: a session's renewal is no change to a person.
    private static bool IsSame(Member before, Member now) =>
        before.Phase == now.Phase
        && before.Reason == now.Reason
        && before.Sidecar == now.Sidecar
        && before.SidecarMessage == now.SidecarMessage
        && before.SidecarVersion == now.SidecarVersion
        && before.AgentVersion == now.AgentVersion
        && before.ConnectedTo == now.ConnectedTo
        && before.Address == now.Address
        && before.Policy == now.Policy
        && before.Labels.Count == now.Labels.Count
        && before.Labels.All(l => now.Labels.GetValueOrDefault(l.Key) == l.Value);
}
