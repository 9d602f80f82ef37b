using Onboarding.Kubernetes;

namespace Onboarding.Operator.Hosting;

/// <summary>
/// Keeps a leader that was stopped (SIGSTOP, a machine that swaps, a virtual machine that was moved) from writing when it goes on: another leads
/// by then, and its timers have not noticed yet. Every request that may write is asked for here, the ones under way in a reconciler too.
/// </summary>
/// <param name="ns">The plane's namespace.</param>
internal sealed class LeadershipFence(string ns)
{
    private readonly string _leases = $"/apis/coordination.k8s.io/v1/namespaces/{ns}/leases";
    private LeaderElector? _elector;

    /// <summary>The election whose leader may write.</summary>
    public LeaderElector Guard(LeaderElector elector)
    {
        _elector = elector;
        return elector;
    }

    /// <summary>True for what this process may write at this moment.</summary>
    /// <param name="path">Path of the request.</param>
    public bool MayWrite(string path) =>
        _elector?.MayAct == true
        || path == _leases
        || path == $"{_leases}/{LeaderElection.Lease}"
        // What asks and stores nothing, and what only tells what was done.
        || path.StartsWith("/apis/authorization.k8s.io/", StringComparison.Ordinal)
        || path.EndsWith("/events", StringComparison.Ordinal)
        || path.Contains("/events/", StringComparison.Ordinal);
}
