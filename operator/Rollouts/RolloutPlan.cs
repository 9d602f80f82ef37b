using Onboarding.Api.Install;
using Onboarding.Api.Runtime;

namespace Onboarding.Operator.Rollouts;

/// <summary>Who may restart its sidecar now, and whether the rollout goes on. A function of what it is given alone.</summary>
/// <param name="Admitted">Members that may, in the order they are told.</param>
/// <param name="Failure">The member that pauses the rollout; null if none does.</param>
/// <param name="Restarting">How many are at it already.</param>
/// <param name="Waiting">How many have to wait.</param>
internal sealed record RolloutPlan(IReadOnlyList<RolloutMember> Admitted, RolloutMember? Failure, int Restarting, int Waiting)
{
    /// <summary>Makes the plan.</summary>
    /// <param name="registrations">The members that have something to come; others make no difference.</param>
    /// <param name="count">How many members there are in all: what a share is of.</param>
    /// <param name="settings">What the OnboardingPlane says.</param>
    /// <param name="admitted">Generation a member was admitted to, also where that isn't in its status yet.</param>
    /// <param name="isOverdue">True for a member that has been restarting for too long.</param>
    public static RolloutPlan Create(
        IEnumerable<WorkloadAutoRegistration> registrations,
        int count,
        RolloutSettings settings,
        Func<WorkloadAutoRegistration, long> admitted,
        Func<WorkloadAutoRegistration, bool> isOverdue)
    {
        RolloutMember[] members =
        [
            .. registrations
                .Where(r => r.Metadata.DeletionTimestamp is null)
                .Select(r => new RolloutMember(r, admitted(r), isOverdue(r)))
                .OrderBy(m => m.Name, StringComparer.Ordinal),
        ];
        RolloutMember[] restarting = [.. members.Where(m => m.IsRestarting)];
        RolloutMember? failure = restarting.FirstOrDefault(m => m.HasFailed);

        // Who is down already may have what came since: it may be the remedy.
        RolloutMember[] again = [.. restarting.Where(m => m.IsWaiting)];
        RolloutMember[] waiting = [.. members.Where(m => m.IsWaiting && !m.IsRestarting)];
        if (settings.Paused)
        {
            return new RolloutPlan([], failure, restarting.Length, waiting.Length + again.Length);
        }

        int free = failure is null ? Math.Max(0, settings.MaxUnavailable.Of(count) - restarting.Length) : 0;
        RolloutMember[] next = [.. again, .. Spread(waiting, restarting).Take(free)];
        return new RolloutPlan(next, failure, restarting.Length, waiting.Length + again.Length - next.Length);
    }

    // From the group with the fewest members down: a small group mustn't be down as a whole.
    private static IEnumerable<RolloutMember> Spread(RolloutMember[] waiting, RolloutMember[] restarting)
    {
        Dictionary<string, int> down = restarting.GroupBy(m => m.Group).ToDictionary(g => g.Key, g => g.Count());
        return waiting
            .GroupBy(m => m.Group)
            .SelectMany(group => group.Select((member, index) => (Member: member, Down: down.GetValueOrDefault(group.Key) + index)))
            .OrderBy(m => m.Down)
            .ThenBy(m => m.Member.Name, StringComparer.Ordinal)
            .Select(m => m.Member);
    }
}
