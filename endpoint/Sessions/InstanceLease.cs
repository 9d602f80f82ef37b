using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Says that this instance lives: a Lease of its name, which registrations' <c>connectedTo</c> points at. Instances share nothing
/// else; who holds a dead instance's sessions is found by its Lease running out.
/// </summary>
internal sealed partial class InstanceLease(KubernetesClient client, ClusterState cluster, SessionIdentity self, TimeProvider time, ILogger<InstanceLease> logger)
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);
    private readonly string _holder = Guid.NewGuid().ToString("N");

    /// <summary>Keeps the Lease until told to stop, then gives it back.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RenewEvery, time);
        try
        {
            do
            {
                await RenewAsync(cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await ReleaseAsync();
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            string name = InstanceLeases.NameOf(self.Instance);
            V1Lease? existing = await client.TryGetAsync<V1Lease>(cluster.PlaneNamespace, name, cancellationToken);
            V1Lease kept = existing ?? New(name);
            V1Lease lease = kept with
            {
                Metadata = kept.Metadata with { OwnerReferences = Owner() ?? kept.Metadata.OwnerReferences },
                HolderIdentity = _holder,
                LeaseDuration = InstanceLeases.Duration,
                RenewTime = time.GetUtcNow(),
                AcquireTime = existing?.HolderIdentity == _holder ? existing.AcquireTime : time.GetUtcNow(),
            };
            await (existing is null
                ? client.CreateAsync(lease, cancellationToken: cancellationToken)
                : client.UpdateAsync(lease, cancellationToken: cancellationToken));
        }
        catch (KubernetesException e)
        {
            LogFailed(logger, e.Message);
        }
    }

    private async Task ReleaseAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        try
        {
            await client.DeleteAsync<V1Lease>(cluster.PlaneNamespace, InstanceLeases.NameOf(self.Instance), cancellationToken: patience.Token);
        }
        catch (Exception e) when (e is KubernetesException or KubeConfigException or OperationCanceledException)
        {
            LogFailed(logger, e.Message);
        }
    }

    // So that an uninstall leaves none: it takes the roles away that an endpoint would give its Lease back by.
    private IReadOnlyList<V1OwnerReference>? Owner() =>
        cluster.Planes.Get(cluster.PlaneNamespace, OnboardingPlane.DefaultName) is { Metadata.Uid: { } uid }
            ? [new V1OwnerReference { ApiVersion = OnboardingPlane.Definition.ApiVersion, Kind = OnboardingPlane.Definition.Kind, Name = OnboardingPlane.DefaultName, Uid = uid }]
            : null;

    private V1Lease New(string name) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            Namespace = cluster.PlaneNamespace,
            Labels = new Dictionary<string, string> { [WellKnownLabels.ManagedBy] = WellKnownLabels.PlaneManager },
        },
    };

    [LoggerMessage(4120, LogLevel.Warning, "The Lease of this instance can't be kept: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}

/// <summary>This instance.</summary>
/// <param name="Instance">Its name: what <c>connectedTo</c> holds.</param>
internal sealed record SessionIdentity(string Instance);
