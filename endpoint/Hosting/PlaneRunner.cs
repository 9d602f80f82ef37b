using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Authorization;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.Events;
using Onboarding.Endpoint.KeyBinding;
using Onboarding.Endpoint.Refusals;
using Onboarding.Endpoint.Rollouts;
using Onboarding.Endpoint.Sessions;
using Onboarding.Endpoint.Tokens;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.Hosting;

/// <summary>What the plane does besides answering calls: follow the cluster, keep its Lease, and, on one replica, clean up.</summary>
internal sealed partial class PlaneRunner(
    KubernetesClient client,
    ClusterState cluster,
    PlaneConfiguration plane,
    TokenKeyStore keys,
    InstanceLease lease,
    StaleConnections stale,
    LostAgents lost,
    GatewayAddresses gateway,
    RolloutController rollouts,
    CredentialUses uses,
    RevokedMembers revoked,
    PolicyStatusWriter policyStatus,
    EventWriter events,
    ExpiredBindings expired,
    string planeNamespace,
    string instance,
    TimeProvider time,
    ILogger<PlaneRunner> logger)
{
    /// <summary>Name of the Lease that replicas elect their leader by.</summary>
    public const string LeaderLease = "onboarding-plane-leader";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RotationLookEvery = TimeSpan.FromHours(1);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Complete once the plane can answer calls.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Why the plane isn't ready; null if it is.</summary>
    public string? NotReadyBecause =>
        !cluster.IsSynced ? "the cluster's state hasn't been read yet"
        : plane.Current is null ? $"there is no OnboardingPlane {planeNamespace}/{Api.Install.OnboardingPlane.DefaultName} without errors"
        : !keys.IsReady ? "there are no token keys yet"
        : null;

    /// <summary>Works until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var elector = new LeaderElector(client, planeNamespace, LeaderLease, $"{instance}-{Guid.NewGuid():N}");
        await Task.WhenAll(
            cluster.RunAsync(cancellationToken),
            PrepareAsync(cancellationToken),
            Quiet(lease.RunAsync(cancellationToken)),
            Quiet(gateway.RunAsync(cancellationToken)),
            Quiet(stale.RunAsync(cancellationToken)),
            Quiet(events.RunAsync(cancellationToken)),
            Quiet(elector.RunAsync(LeadAsync, cancellationToken)));
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        string? said = null;
        try
        {
            await cluster.HasSynced.WaitAsync(cancellationToken);
            using var timer = new PeriodicTimer(LookEvery, time);
            do
            {
                await EnsureAsync(cancellationToken);
                if (NotReadyBecause is not { } reason)
                {
                    _ready.TrySetResult();
                }
                else if (reason != said)
                {
                    said = reason;
                    LogNotReady(logger, reason);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            _ready.TrySetCanceled(CancellationToken.None);
        }
    }

    // No write once everything is there. Later it mends what is deleted under a running plane.
    private async Task EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await keys.EnsureAsync(cancellationToken);
            await plane.EnsureUidAsync(cancellationToken);
        }
        catch (KubernetesException e)
        {
            LogEnsureFailed(logger, e.Message);
        }
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        await cluster.HasSynced.WaitAsync(cancellationToken);
        await Task.WhenAll(
            lost.RunAsync(cancellationToken),
            uses.RunAsync(cancellationToken),
            revoked.RunAsync(cancellationToken),
            policyStatus.RunAsync(cancellationToken),
            rollouts.RunAsync(cancellationToken),
            expired.RunAsync(cancellationToken),
            RotateAsync(cancellationToken));
    }

    private async Task RotateAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RotationLookEvery, time);
        do
        {
            try
            {
                if (plane.Current is { } settings)
                {
                    await keys.RotateIfDueAsync(settings.Spec.TokenIssuer.Jwt.Expiration, cancellationToken);
                }
            }
            catch (Exception e) when (e is KubernetesException or RefusedException)
            {
                LogEnsureFailed(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static async Task Quiet(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    [LoggerMessage(4040, LogLevel.Warning, "The plane isn't ready: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string reason);

    [LoggerMessage(4041, LogLevel.Warning, "The plane can't prepare what it needs: {Reason} Trying again.")]
    private static partial void LogEnsureFailed(ILogger logger, string reason);
}
