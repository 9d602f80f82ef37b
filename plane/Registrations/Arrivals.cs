using System.Collections.Concurrent;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;

namespace Onboarding.Plane.Registrations;

/// <summary>
/// Tells which registrations were stored before a new one. A watch shows changes in the order in which the API server stored them, to
/// each replica alike: so what an informer has at the moment when it shows the new one is the answer, and no newcomer costs a list.
/// </summary>
internal sealed class Arrivals
{
    private readonly ConcurrentDictionary<(string Namespace, string Name), Arrival> _expected = new();

    public Arrivals(ClusterState cluster) => cluster.Registrations.Changed += change =>
    {
        // After a gap in the watch all that came meanwhile is shown at once, and counts: one place too few is given, never one too many.
        if (change.Type == WatchEventType.Added
            && _expected.TryGetValue((change.Resource.Metadata.Namespace!, change.Resource.Metadata.Name), out Arrival? arrival))
        {
            arrival.Take(change.Resource.Metadata.Uid!, cluster.RegistrationsByNamespace.Find(change.Resource.Metadata.Namespace!));
        }
    };

    /// <summary>Waits for a registration that is about to be created; to be called before it is.</summary>
    /// <returns>Null if another call waits for the same name.</returns>
    public Arrival? Expect(string ns, string name)
    {
        var arrival = new Arrival(gone => _expected.TryRemove(KeyValuePair.Create((ns, name), gone)));
        return _expected.TryAdd((ns, name), arrival) ? arrival : null;
    }

    /// <summary>A registration that is about to be created.</summary>
    internal sealed class Arrival(Action<Arrival> forget) : IDisposable
    {
        // An informer that is further behind is in trouble.
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

        private readonly TaskCompletionSource<(string Uid, IReadOnlyList<WorkloadAutoRegistration> There)> _seen =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Take(string uid, IReadOnlyList<WorkloadAutoRegistration> there) => _seen.TrySetResult((uid, there));

        /// <summary>Those that were there before it; null if the informer doesn't show it in time.</summary>
        public async Task<IEnumerable<WorkloadAutoRegistration>?> BeforeAsync(string uid, TimeProvider time, CancellationToken cancellationToken)
        {
            try
            {
                (string seen, IReadOnlyList<WorkloadAutoRegistration> there) = await _seen.Task.WaitAsync(Patience, time, cancellationToken);
                return seen == uid ? there.Where(m => m.Metadata.Uid != uid) : null;
            }
            catch (TimeoutException)
            {
                return null;
            }
        }

        public void Dispose() => forget(this);
    }
}
