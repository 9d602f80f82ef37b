using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Hosting.Connections;
using Onboarding.Endpoint.Sessions;
using Onboarding.Endpoint.Tokens;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Events;
using Onboarding.Plane.Hosting;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Hosting;

/// <summary>What an endpoint does besides answering calls: follow the cluster, keep its Lease, and say when it is ready.</summary>
internal sealed partial class EndpointRunner(
    ClusterState cluster,
    PlaneConfiguration plane,
    TokenKeyStore keys,
    EndpointUpkeep upkeep,
    LoopSupervisor loops,
    TimeProvider time,
    ILogger<EndpointRunner> logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Complete once the plane can answer calls.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Why the plane isn't ready; null if it is.</summary>
    public string? NotReadyBecause =>
        !cluster.IsSynced ? "the cluster's state hasn't been read yet"
        : plane.Current is null ? $"there is no OnboardingPlane {cluster.PlaneNamespace}/{Api.Install.OnboardingPlane.DefaultName} without errors"
        : !keys.IsReady ? keys.MissingBecause ?? "there are no token keys yet"
        : null;

    /// <summary>Works until told to stop. Never throws: what a loop doesn't expect is logged, and the loop starts again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            cluster.RunAsync(cancellationToken),
            loops.RunAsync("prepare what the plane needs", PrepareAsync, cancellationToken),
            loops.RunAsync("keep the Lease of this instance", upkeep.Lease.RunAsync, cancellationToken),
            loops.RunAsync("look up the gateway", upkeep.Gateway.RunAsync, cancellationToken),
            loops.RunAsync("correct stale connections", upkeep.Stale.RunAsync, cancellationToken),
            loops.RunAsync("close idle connections", upkeep.Idle.RunAsync, cancellationToken),
            loops.RunAsync("keep the certificate up to date", upkeep.Certificates.RunAsync, cancellationToken),
            loops.RunAsync("write Events", upkeep.Events.RunAsync, cancellationToken));
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

    [LoggerMessage(4040, LogLevel.Warning, "The plane isn't ready: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string reason);

    [LoggerMessage(4041, LogLevel.Warning, "The plane can't prepare what it needs: {Reason} Trying again.")]
    private static partial void LogEnsureFailed(ILogger logger, string reason);
}

/// <summary>What an endpoint keeps true all the time.</summary>
/// <param name="Lease">The Lease of this instance.</param>
/// <param name="Stale">Registrations that say they are connected here, and aren't.</param>
/// <param name="Idle">Connections on which nothing happens.</param>
/// <param name="Gateway">Where istiod is reached from outside.</param>
/// <param name="Events">Events to be written.</param>
/// <param name="Certificates">The endpoint's certificate.</param>
internal sealed record EndpointUpkeep(
    InstanceLease Lease,
    StaleConnections Stale,
    IdleConnections Idle,
    GatewayAddresses Gateway,
    EventWriter Events,
    ServerCertificates Certificates);
