using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Workloads;

/// <summary>What one can wait for.</summary>
public enum MemberGoal
{
    /// <summary>Its agent holds a session.</summary>
    Connected = 0,

    /// <summary>Its agent holds a session, and its sidecar is ready.</summary>
    Healthy,

    /// <summary>It isn't registered any more.</summary>
    Gone,
}

/// <summary>Waits until workloads are what they shall be.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class MemberWait(KubernetesClient kubernetes, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits.</summary>
    /// <param name="ns">Namespace of the workloads.</param>
    /// <param name="names">Their names. One that isn't registered is waited for, too: it may be about to join.</param>
    /// <param name="goal">What for.</param>
    /// <param name="limit">For how long at most.</param>
    /// <param name="reached">Takes each name as it is there, with what it is; null if it is gone.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Those that didn't get there in time, with what they were last; null if not registered.</returns>
    public async Task<IReadOnlyDictionary<string, Member?>> RunAsync(
        string ns, IReadOnlyCollection<string> names, MemberGoal goal, TimeSpan limit, Action<string, Member?> reached, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(reached);
        var open = names.ToHashSet(StringComparer.Ordinal);
        long start = time.GetTimestamp();
        while (true)
        {
            // One list for all: a fleet that is waited for isn't a question for each.
            IReadOnlyList<Member> members = await new Members(kubernetes, time).ListAsync(
                new MemberQuery { Namespace = ns, Name = open.Contains }, cancellationToken);
            var found = members.ToDictionary(m => m.Name, StringComparer.Ordinal);
            foreach (string name in open.Where(n => IsReached(found.GetValueOrDefault(n), goal)).ToArray())
            {
                open.Remove(name);
                reached(name, found.GetValueOrDefault(name));
            }

            if (open.Count == 0 || time.GetElapsedTime(start) >= limit)
            {
                return open.ToDictionary(n => n, n => found.GetValueOrDefault(n), StringComparer.Ordinal);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>True if it is what it shall be.</summary>
    /// <param name="member">The workload; null if it isn't registered.</param>
    /// <param name="goal">What it shall be.</param>
    public static bool IsReached(Member? member, MemberGoal goal) => goal switch
    {
        MemberGoal.Gone => member is null,
        MemberGoal.Healthy => member is { Phase: MemberPhase.Connected, Sidecar: MemberSidecar.Ready },
        _ => member is { Phase: MemberPhase.Connected },
    };
}
