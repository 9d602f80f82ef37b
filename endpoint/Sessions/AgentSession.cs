using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Tokens;
using Onboarding.Kubernetes;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// One agent's open stream. Holds no thread: one task waits for the agent, one for something to send, and the registry's clock
/// ticks for all sessions together.
/// </summary>
internal sealed class AgentSession
{
    /// <summary>How often agents are to send a heartbeat.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(30);

    /// <summary>Silence after which the connection counts as lost: three heartbeats.</summary>
    private static readonly TimeSpan LongestSilence = 3 * HeartbeatInterval;

    /// <summary>How long a session outlives its token.</summary>
    private static readonly TimeSpan TokenGrace = TimeSpan.FromSeconds(60);

    // An agent that doesn't read is cut off before it costs memory.
    private const int MostWaiting = 32;

    private readonly Channel<PlaneMessage> _outgoing = Channel.CreateBounded<PlaneMessage>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly Lock _moving = new();
    private PlaneMessage? _relocate;
    private bool _isWelcome;
    private string? _presented;
    private long _admitted;
    private int _isRetrying;
    private long _lastHeard;
    private DateTimeOffset _renewAt = DateTimeOffset.MaxValue;

    public AgentSession(
        WorkloadAutoRegistration member, OnboardingTokenClaims claims, BootConfigurationRevision? held, TimeProvider time, HealthReport? health = null)
    {
        Package = new MemberPackage(time, health);
        Member = member;
        Claims = claims;
        Boot = new BootState(held) { Out = IsRestarting(member) ? EntryOut.Perhaps : EntryOut.No };
        Sidecar = new SidecarHealth(time);
        Pace = new SessionPace(time);
        Epoch = member.Status!.Session!.Epoch;
        Id = member.Status.Session.Id ?? "";
        Uid = member.Metadata.Uid!;
        _time = time;
        Heard();
    }

    /// <summary>Identifies the session in logs.</summary>
    public string Id { get; }

    /// <summary>Uid of the registration.</summary>
    public string Uid { get; }

    /// <summary>Address that the agent calls from.</summary>
    public string Source { get; init; } = "";

    /// <summary>Asks the peer to make its next call on another connection; null where there is none to ask.</summary>
    public Action? RetireConnection { get; init; }

    /// <summary>Number of the session for the registration.</summary>
    public long Epoch { get; }

    /// <summary>Where everything that changes the session waits for its turn.</summary>
    public SessionMailbox Mailbox { get; } = new();

    /// <summary>The registration, as last written. Set in the mailbox alone.</summary>
    public WorkloadAutoRegistration Member { get; set; }

    /// <summary>What the agent's present token says.</summary>
    public OnboardingTokenClaims Claims { get; private set; }

    /// <summary>The boot configuration the agent has, and what is on its way to it. Set in the mailbox alone.</summary>
    public BootState Boot { get; set; }

    /// <summary>When to deliver again what the agent couldn't put in force, or what couldn't be made or written.</summary>
    public DueTime DeliverDue { get; } = new();

    /// <summary>When to write what the agent has, which nothing waits for.</summary>
    public DueTime WriteDue { get; } = new();

    /// <summary>How fast what the agent says is taken.</summary>
    public SessionPace Pace { get; }

    /// <summary>How the agent's sidecar is.</summary>
    public SidecarHealth Sidecar { get; }

    /// <summary>The sidecar's package on its machine.</summary>
    public MemberPackage Package { get; }

    /// <summary>Generation up to which the rollout lets the sidecar restart. The informer's to set; it only rises.</summary>
    public long Admitted
    {
        get => Volatile.Read(ref _admitted);
        set => Volatile.Write(ref _admitted, value);
    }

    /// <summary>True once the agent has said that the epoch is on its disk.</summary>
    public bool EpochIsStored { get; private set; }

    /// <summary>True once the workload has unregistered: its agent needn't be told that the registration goes.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>The renewed token that the agent presented and that isn't judged yet; null if there is none.</summary>
    public string? Presented
    {
        get => Volatile.Read(ref _presented);
        set => Volatile.Write(ref _presented, value);
    }

    /// <summary>Complete when nothing judges a presented token again.</summary>
    public Task Retry { get; set; } = Task.CompletedTask;

    /// <summary>When the session ends unless a renewed token comes.</summary>
    public DateTimeOffset ExpiresAt => Claims.ExpiresAt + TokenGrace;

    /// <summary>Complete when the session has ended.</summary>
    public Task<SessionEnd> Ended => _ended.Task;

    /// <summary>Queues a message; an agent that lets them pile up is cut off.</summary>
    public void Send(PlaneMessage message)
    {
        if (!_outgoing.Writer.TryWrite(message) && !_ended.Task.IsCompleted)
        {
            End(SessionEnd.Lost(EndReason.ConnectionLost, "The agent doesn't read what it is sent."));
        }
    }

    /// <summary>Sends the first message after the proof. What was to come before it comes after it.</summary>
    public void Welcome(PlaneMessage established)
    {
        lock (_moving)
        {
            _isWelcome = true;
            Send(established);
            SendRelocate();
        }
    }

    /// <summary>
    /// Asks the agent to go to another instance, once; where it waits for its welcome, right after that. The connection is retired, too: the
    /// agent's next call on it would come back to the instance that it is to leave.
    /// </summary>
    /// <param name="within">Agents spread their reconnects over this time.</param>
    public void Relocate(TimeSpan within)
    {
        lock (_moving)
        {
            if (_relocate is null)
            {
                _relocate = new PlaneMessage { Relocate = new Relocate { Within = Duration.FromTimeSpan(within) } };
                SendRelocate();
            }
        }
    }

    // Admitted, and not ready on it yet: the session before this one may have taken the entry out.
    private static bool IsRestarting(WorkloadAutoRegistration member) =>
        member.Status?.BootConfiguration is { Admitted: { } admitted, Current: { } current } && admitted > current.Generation;

    private void SendRelocate()
    {
        if (_isWelcome && _relocate is { } relocate)
        {
            Send(relocate);
            RetireConnection?.Invoke();
        }
    }

    /// <summary>True if a registration's status is about this session.</summary>
    public bool IsOf(WorkloadAutoRegistration current) => SessionStatusWriter.IsSame(current, Member);

    /// <summary>Ends the session once what is queued has been sent.</summary>
    public void End(SessionEnd end)
    {
        _ended.TrySetResult(end);
        _outgoing.Writer.TryComplete();
    }

    /// <summary>Sends what is queued until the session ends.</summary>
    public async Task WriteAllAsync(IServerStreamWriter<PlaneMessage> responses, CancellationToken cancellationToken)
    {
        await foreach (PlaneMessage message in _outgoing.Reader.ReadAllAsync(cancellationToken))
        {
            await responses.WriteAsync(message, cancellationToken);
        }
    }

    /// <summary>The agent lives.</summary>
    public void Heard() => Volatile.Write(ref _lastHeard, _time.GetTimestamp());

    /// <summary>The agent stored an epoch.</summary>
    public void Stored(long epoch) => EpochIsStored |= epoch == Epoch;

    /// <summary>True if a presented token waits for an answer, and there is an agent to tell it to.</summary>
    public bool HasUnjudged => Presented is not null && !_ended.Task.IsCompleted;

    /// <summary>A presented token has its answer; a newer one hasn't.</summary>
    public void Judged(string token) => Interlocked.CompareExchange(ref _presented, null, token);

    /// <summary>True for who is to judge the presented token again: one at a time.</summary>
    public bool BeginRetry() => Interlocked.Exchange(ref _isRetrying, 1) == 0;

    /// <summary>It isn't judged again any more.</summary>
    public void EndRetry() => Volatile.Write(ref _isRetrying, 0);

    /// <summary>Takes a renewed token for the same workload, group and key.</summary>
    /// <exception cref="RefusedException">It is for another.</exception>
    public void Renew(OnboardingTokenClaims claims)
    {
        bool same = claims.Thumbprint == Claims.Thumbprint
            && claims.Registration == Claims.Registration
            && claims.GroupNamespace == Claims.GroupNamespace
            && claims.GroupName == Claims.GroupName;
        if (!same)
        {
            throw Refuse.Unauthenticated(Api.Reasons.TokenInvalid, "The renewed token is for another workload, group or key.");
        }

        Claims = claims;
        Send(new PlaneMessage { TokenAccepted = new TokenAccepted { ExpiresAt = Timestamp.FromDateTimeOffset(ExpiresAt) } });
    }

    /// <summary>
    /// Renews the istio-token at half of what is left of its life, or up to a tenth of that half earlier, at random: members that came
    /// together shouldn't all renew at once for ever.
    /// </summary>
    public void RenewTokenOf(DateTimeOffset expiresAt)
    {
        DateTimeOffset now = _time.GetUtcNow();
        _renewAt = now + ((expiresAt - now) / 2 * (1 - (Random.Shared.NextDouble() / 10)));
    }

    /// <summary>Renews the istio-token, after all, in a while.</summary>
    public void RenewTokenIn(TimeSpan pause) => _renewAt = _time.GetUtcNow() + pause;

    /// <summary>Looks at the clock.</summary>
    /// <returns>True if a new istio-token is due.</returns>
    public bool Tick()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (now >= ExpiresAt)
        {
            End(new SessionEnd(EndReason.TokenExpired, "The onboarding token expired and no renewed one came.")
            {
                Refusal = new Refusal(
                    RefusalCode.Unauthenticated, Api.Reasons.TokenExpired, "The onboarding token expired. Authorize again and connect with the new one."),
            });
        }
        else if (_time.GetElapsedTime(Volatile.Read(ref _lastHeard)) > LongestSilence)
        {
            End(SessionEnd.Lost(EndReason.Silent, $"The agent sent nothing for {LongestSilence.TotalSeconds} s."));
        }

        if (now < _renewAt || _ended.Task.IsCompleted)
        {
            return false;
        }

        _renewAt = DateTimeOffset.MaxValue;
        return true;
    }

    /// <summary>An istio-token as the agent gets it.</summary>
    public static IstioToken ToMessage(ServiceAccountToken token) =>
        new() { Token = token.Token, ExpiresAt = Timestamp.FromDateTimeOffset(token.ExpiresAt) };
}
