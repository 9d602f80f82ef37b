using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Authorization;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.Events;
using Onboarding.Endpoint.KeyBinding;
using Onboarding.Endpoint.Refusals;
using Onboarding.Endpoint.Registration;
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
    UnregisteredMembers unregistered,
    AbandonedLeases abandoned,
    GatewayAddresses gateway,
    RolloutController rollouts,
    CredentialUses uses,
    RevokedMembers revoked,
    PolicyStatusWriter policyStatus,
    EventWriter events,
    ExpiredBindings expired,
    ServerCertificates certificates,
    LoopSupervisor loops,
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

    /// <summary>Works until told to stop. Never throws: what a loop doesn't expect is logged, and the loop starts again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var elector = new LeaderElector(client, planeNamespace, LeaderLease, $"{instance}-{Guid.NewGuid():N}");
        await Task.WhenAll(
            cluster.RunAsync(cancellationToken),
            loops.RunAsync("prepare what the plane needs", PrepareAsync, cancellationToken),
            loops.RunAsync("keep the Lease of this instance", lease.RunAsync, cancellationToken),
            loops.RunAsync("look up the gateway", gateway.RunAsync, cancellationToken),
            loops.RunAsync("correct stale connections", stale.RunAsync, cancellationToken),
            loops.RunAsync("keep the certificate up to date", certificates.RunAsync, cancellationToken),
            loops.RunAsync("write Events", events.RunAsync, cancellationToken),
            loops.RunAsync("stand for election", stop => elector.RunAsync(LeadAsync, stop), cancellationToken));
        _ready.TrySetCanceled(CancellationToken.None);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        string? said = null;
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
            loops.RunAsync("remove lost members", lost.RunAsync, cancellationToken),
            loops.RunAsync("remove unregistered members", unregistered.RunAsync, cancellationToken),
            loops.RunAsync("remove Leases of instances that are gone", abandoned.RunAsync, cancellationToken),
            loops.RunAsync("forget used credentials", uses.RunAsync, cancellationToken),
            loops.RunAsync("take admissions back", revoked.RunAsync, cancellationToken),
            loops.RunAsync("write the status of policies", policyStatus.RunAsync, cancellationToken),
            loops.RunAsync("roll out boot configurations", rollouts.RunAsync, cancellationToken),
            loops.RunAsync("let key bindings expire", expired.RunAsync, cancellationToken),
            loops.RunAsync("rotate token keys", RotateAsync, cancellationToken));
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

    [LoggerMessage(4040, LogLevel.Warning, "The plane isn't ready: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string reason);

    [LoggerMessage(4041, LogLevel.Warning, "The plane can't prepare what it needs: {Reason} Trying again.")]
    private static partial void LogEnsureFailed(ILogger logger, string reason);
}
