using Onboarding.Api;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Says that this instance lives: a Lease of its name, which registrations' <c>connectedTo</c> points at. Instances share nothing
/// else; who holds a dead instance's sessions is found by its Lease running out.
/// </summary>
internal sealed partial class InstanceLease(KubernetesClient client, string planeNamespace, string instance, TimeProvider time, ILogger<InstanceLease> logger)
{
    /// <summary>How long an instance counts as alive after its last renewal.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);
    private readonly string _holder = Guid.NewGuid().ToString("N");

    /// <summary>What the names of instances' Leases begin with.</summary>
    public const string Prefix = "onboarding-instance-";

    /// <summary>Name of an instance's Lease.</summary>
    public static string NameOf(string instance) => Prefix + instance;

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
            string name = NameOf(instance);
            V1Lease? existing = await client.TryGetAsync<V1Lease>(planeNamespace, name, cancellationToken);
            V1Lease lease = (existing ?? New(name)) with
            {
                HolderIdentity = _holder,
                LeaseDuration = Duration,
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
            await client.DeleteAsync<V1Lease>(planeNamespace, NameOf(instance), cancellationToken: patience.Token);
        }
        catch (Exception e) when (e is KubernetesException or KubeConfigException or OperationCanceledException)
        {
            LogFailed(logger, e.Message);
        }
    }

    private V1Lease New(string name) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            Namespace = planeNamespace,
            Labels = new Dictionary<string, string> { [WellKnownLabels.ManagedBy] = WellKnownLabels.PlaneManager },
        },
    };

    [LoggerMessage(4120, LogLevel.Warning, "The Lease of this instance can't be kept: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
