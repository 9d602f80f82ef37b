using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Admissions;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Endpoint.Sessions;

/// <summary>The sessions of this instance, and one clock for all of them.</summary>
internal sealed partial class SessionRegistry : IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    // After a mass boot, or when the API server is back, everybody's turn comes at once.
    private const int MostAtOnce = 16;

    /// <summary>How many writes a tick makes of how sidecars are: of thousands of joins at once, the joins come first.</summary>
    private const int MostWritesATick = 10;

    private readonly ConcurrentDictionary<string, AgentSession> _sessions = new();
    private readonly KubernetesClient _client;
    private readonly BootConfigurationSource _source;
    private readonly MemberAdmission _admissions;
    private readonly BootDelivery _delivery;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Counter<long> _failures;
    private readonly ITimer _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _turns = new(MostAtOnce);
    private TimeSpan _within;
    private int _inputsChanged;
    private int _refreshing;

    public SessionRegistry(
        KubernetesClient client,
        ClusterState cluster,
        BootConfigurationSource source,
        MemberAdmission admissions,
        BootDelivery delivery,
        BootInputs inputs,
        PlaneMetrics metrics,
        TimeProvider time,
        ILogger<SessionRegistry> logger)
    {
        _client = client;
        _source = source;
        _admissions = admissions;
        _delivery = delivery;
        _time = time;
        _logger = logger;
        _failures = metrics.Meter.CreateCounter<long>(MetricNames.SessionWorkFailures, "{failure}", "Work for a session that failed and is tried again.");
        cluster.Registrations.Changed += OnRegistration;
        inputs.Changed += () => Interlocked.Exchange(ref _inputsChanged, 1);
        _clock = time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
    }

    /// <summary>How many sessions there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>True once the instance is about to stop.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>The session of a registration on this instance.</summary>
    public AgentSession? Find(string uid) => _sessions.GetValueOrDefault(uid);

    /// <summary>Adds a session; an older one of the same registration ends.</summary>
    public void Add(AgentSession session)
    {
        AgentSession? older = null;
        _sessions.AddOrUpdate(
            session.Uid,
            session,
            (_, existing) =>
            {
                older = existing;
                return session;
            });
        older?.End(SessionEnd.Replaced());
        if (IsStopping)
        {
            // It was under way when the others were told.
            session.Relocate(_within);
        }
    }

    /// <summary>Takes a session out, unless a newer one is in its place.</summary>
    /// <returns>True if it was there.</returns>
    public bool Remove(AgentSession session) => _sessions.TryRemove(KeyValuePair.Create(session.Uid, session));

    /// <summary>The workload unregisters: it needn't be told that its registration goes.</summary>
    public void Leaving(string uid)
    {
        if (Find(uid) is { } session)
        {
            session.IsLeaving = true;
        }
    }

    /// <summary>Asks every agent to go elsewhere, and waits until they have or the time is over.</summary>
    /// <param name="within">Agents spread their reconnects over this time.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="time">The clock.</param>
    public async Task RelocateAsync(TimeSpan within, TimeSpan patience, TimeProvider time)
    {
        _within = within;
        await _stopping.CancelAsync();
        var over = Task.Delay(patience, time);
        while (!over.IsCompleted && _sessions.Values.Where(s => !s.Ended.IsCompleted).ToArray() is { Length: > 0 } open)
        {
            foreach (AgentSession session in open)
            {
                session.Relocate(within);
            }

            await Task.WhenAny(Task.WhenAll(open.Select(s => s.Ended)), over);
        }

        foreach (AgentSession session in _sessions.Values)
        {
            // Nothing to write: the agent is on its way, and anyone who takes it writes. A leader finds those that never arrive.
            session.End(SessionEnd.Quiet("The instance stops."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _clock.DisposeAsync();
        _stopping.Dispose();
        _turns.Dispose();
    }

    private void OnRegistration(ResourceEvent<WorkloadAutoRegistration> change)
    {
        if (Find(change.Resource.Metadata.Uid ?? "") is not { } session)
        {
            return;
        }

        if (change.Type == WatchEventType.Deleted)
        {
            // A workload that unregisters closes its session itself, when it has the answer. Ending it sooner would look to the
            // agent like a lost connection, and it would come back.
            if (!session.IsLeaving)
            {
                bool rejoin = !change.Resource.Metadata.Annotations.ContainsKey(WellKnownAnnotations.StayOut);
                session.Send(new PlaneMessage { RegistrationGone = new RegistrationGone { Reason = Reasons.RegistrationDeleted, Rejoin = rejoin } });
                session.End(SessionEnd.Quiet("The registration was deleted."));
            }
        }
        else if (change.Resource.Status?.Session?.Epoch > session.Epoch)
        {
            session.End(SessionEnd.Replaced());
        }
        else if (change.Resource.Status?.Session is { } status && status.Epoch == session.Epoch && !session.IsOf(change.Resource))
        {
            _ = Task.Run(() => EndIfReplacedAsync(session));
        }
        else if (change.Resource.Status?.BootConfiguration?.Admitted is { } admitted && admitted > session.Admitted)
        {
            session.Admitted = admitted;
            _ = Task.Run(() => RefreshAsync(session));
        }
    }

    private void Tick()
    {
        DateTimeOffset now = _time.GetUtcNow();
        int writes = 0;
        foreach (AgentSession session in _sessions.Values)
        {
            if (session.Tick())
            {
                _ = RenewTokenAsync(session);
            }

            if (session.DeliverDue.TakeIfDue(now))
            {
                _ = RefreshAsync(session);
            }

            if (session.WriteDue.TakeIfDue(now))
            {
                _ = WriteAsync(session);
            }
            else if (writes < MostWritesATick && session.Sidecar.TakeIfDue(now))
            {
                writes++;
                _ = WriteSidecarAsync(session);
            }
        }

        if (Volatile.Read(ref _inputsChanged) == 1 && Interlocked.Exchange(ref _refreshing, 1) == 0)
        {
            Interlocked.Exchange(ref _inputsChanged, 0);
            _ = Task.Run(RefreshAllAsync);
        }
    }

    private Task RenewTokenAsync(AgentSession session) => InTurnAsync(
        session,
        async () =>
        {
            Admission admission = await _admissions.DecideInSessionAsync(
                "istio-token", session.Member, session.Claims, session.Id, session.Source, _stopping.Token);
            ServiceAccountToken token = await _source.CreateTokenAsync(admission, _source.AccountOf(session.Member), _stopping.Token);
            session.Send(new PlaneMessage { IstioToken = AgentSession.ToMessage(token) });
            session.RenewTokenOf(token.ExpiresAt);
        },
        e =>
        {
            Failed("token");
            session.RenewTokenIn(Spread(Retry));
            LogTokenFailed(_logger, session.Member.Metadata.Name, e.Message);
            if (e is RefusedException { Refusal: { Code: not (RefusalCode.Unavailable or RefusalCode.ResourceExhausted) } refusal })
            {
                // The agent learns why: a session that gives nothing any more only looks like one.
                session.End(new SessionEnd(EndReason.NotAdmitted, e.Message) { Refusal = refusal });
            }
        });

    private async Task RefreshAllAsync()
    {
        try
        {
            await Task.WhenAll(_sessions.Values.Select(RefreshAsync));
        }
        finally
        {
            Interlocked.Exchange(ref _refreshing, 0);
        }
    }

    private Task RefreshAsync(AgentSession session) => InTurnAsync(
        session,
        () => _delivery.DeliverAsync(session, _stopping.Token),
        e =>
        {
            Failed("configuration");
            LogRefreshFailed(_logger, session.Member.Metadata.Name, e.Message);

            // What can't be made for now (a ConfigMap lacks something) is made again when that changes.
            if (e is not RefusedException { Refusal.Reason: Reasons.BootConfigurationUnavailable })
            {
                session.DeliverDue.Set(_time.GetUtcNow() + Spread(Retry));
            }
        });

    private Task WriteAsync(AgentSession session) => InTurnAsync(
        session,
        () => _delivery.WriteCurrentAsync(session, _stopping.Token),
        _ =>
        {
            Failed("status");
            session.WriteDue.Set(_time.GetUtcNow() + Spread(Retry));
        });

    // Another session of the same epoch: one that was cut off before this one began, whose write is shown only now, or whose write came late and
    // is in force. In the latter case the registration would say that its agent is gone, and the leader would take the member out in the end.
    private Task EndIfReplacedAsync(AgentSession session) => InTurnAsync(
        session,
        async () =>
        {
            if (await _client.TryGetAsync<WorkloadAutoRegistration>(session.Member.Metadata.Namespace, session.Member.Metadata.Name, _stopping.Token) is { } current
                && current.Metadata.Uid == session.Uid && !session.IsOf(current))
            {
                session.End(SessionEnd.Replaced());
            }
        },
        _ => session.End(SessionEnd.Replaced()));

    private Task WriteSidecarAsync(AgentSession session) => InTurnAsync(
        session,
        () => _delivery.WriteSidecarAsync(session, _stopping.Token),
        _ =>
        {
            Failed("status");
            session.Sidecar.WriteAfter(Spread(Retry));
        });

    /// <summary>
    /// Works for a session when it is its turn. Never throws: one member whose objects someone edited by hand mustn't keep the others
    /// from theirs, nor lose its own next try.
    /// </summary>
    private async Task InTurnAsync(AgentSession session, Func<Task> work, Action<Exception> failed)
    {
        bool hasTurn = false;
        try
        {
            await _turns.WaitAsync(_stopping.Token);
            hasTurn = true;
            if (!session.Ended.IsCompleted)
            {
                await work();
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The instance stops; its sessions go elsewhere.
        }
#pragma warning disable CA1031 // no one waits for this task: what isn't logged here is never heard of
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (e is not (KubernetesException or KubeConfigException or RefusedException or OperationCanceledException))
            {
                LogFault(_logger, e, session.Member.Metadata.Namespace, session.Member.Metadata.Name);
            }

            failed(e);
        }
        finally
        {
            if (hasTurn)
            {
                _turns.Release();
            }
        }
    }

    private void Failed(string work) => _failures.Add(1, new KeyValuePair<string, object?>("work", work));

    // A quarter more or less: those that failed together shouldn't come again together.
    private static TimeSpan Spread(TimeSpan pause) => pause * (0.75 + (Random.Shared.NextDouble() / 2));

    [LoggerMessage(4101, LogLevel.Warning, "No new istio-token for {Registration}: {Reason} Trying again.")]
    private static partial void LogTokenFailed(ILogger logger, string registration, string reason);

    [LoggerMessage(4105, LogLevel.Error, "A fault of the plane in its work for {Namespace}/{Registration}; it is tried again")]
    private static partial void LogFault(ILogger logger, Exception exception, string? @namespace, string registration);

    [LoggerMessage(4103, LogLevel.Warning, "The changed boot configuration of {Registration} can't be sent: {Reason}")]
    private static partial void LogRefreshFailed(ILogger logger, string registration, string reason);
}
