using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Rpc;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;

namespace Onboarding.Client.Flow;

/// <summary>One session with the plane, from its challenge to its end.</summary>
internal sealed class Session(
    PlaneClient plane,
    WorkloadRuntime runtime,
    RegistrationFile registrations,
    TokenRenewal renewal,
    TimeProvider time,
    Func<double> random,
    AgentEvents events) : IDisposable
{
    private const int NonceLength = 32;
    private static readonly TimeSpan FirstMessages = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromSeconds(1);
    private readonly Channel<AgentMessage> _outgoing =
        System.Threading.Channels.Channel.CreateUnbounded<AgentMessage>(new UnboundedChannelOptions { SingleReader = true });

    private TimeSpan _wait;
    private CancellationTokenSource? _turn;
    private CancellationTokenSource? _moving;
    private long _lastHeard = time.GetTimestamp();
    private long? _established;

    /// <summary>How long the session stood; null if it never did.</summary>
    public TimeSpan? Stood => _established is { } since ? time.GetElapsedTime(since) : null;

    /// <summary>Runs it until it ends.</summary>
    public async Task<SessionOutcome> RunAsync(HeldToken token, RegistrationRecord registration, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        runtime.HealthChanged += SendHealth;
        var background = new List<Task>();
        try
        {
            using AsyncDuplexStreamingCall<AgentMessage, PlaneMessage> call = plane.Connect(token, ending.Token);
            background.Add(WriteAsync(call.RequestStream, ending.Token));
            PlaneMessage answer = await OpenAsync(call.ResponseStream, token, registration, ending.Token);
            if (answer.RegistrationGone is { } gone)
            {
                return new SessionOutcome.Gone(gone.Reason, gone.Rejoin);
            }

            SessionEstablished established = Establish(answer, registration);
            background.Add(BeatAsync(established.HeartbeatInterval, ending));
            background.Add(renewal.RunAsync(token, Send, ending.Token));
            await runtime.ResumeAsync(registration.Uid);
            Send(new AgentMessage { Health = runtime.Health });
            return await ListenAsync(call.ResponseStream, registration.Uid, ending.Token);
        }
        catch (RpcException e)
        {
            return cancellationToken.IsCancellationRequested ? new SessionOutcome.Closed()
                : _moving is not null ? new SessionOutcome.Relocate(_wait)
                : ending.IsCancellationRequested ? new SessionOutcome.Lost(Silent())
                : Ended(plane.Explain(e));
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? new SessionOutcome.Closed()
                : _moving is not null ? new SessionOutcome.Relocate(_wait)
                : new SessionOutcome.Lost(Silent());
        }
        catch (OnboardingException e)
        {
            return new SessionOutcome.Lost(e);
        }
        finally
        {
            runtime.HealthChanged -= SendHealth;
            await ending.CancelAsync();
            _outgoing.Writer.TryComplete();
            await Task.WhenAll(background);
        }
    }

    /// <summary>Frees what it waited with.</summary>
    public void Dispose()
    {
        _moving?.Dispose();
        _turn?.Dispose();
    }

    private static SessionOutcome Ended(OnboardingException why) => why.ErrorId == ErrorIds.PlaneRefused
        ? new SessionOutcome.Rejected(why)
        : new SessionOutcome.Lost(why);

    private void Send(AgentMessage message) => _outgoing.Writer.TryWrite(message);

    private void Answer(BootConfigurationStatus status) => Send(new AgentMessage { BootConfigurationStatus = status });

    private void SendHealth(HealthReport health) => Send(new AgentMessage { Health = health });

    private async Task<PlaneMessage> OpenAsync(
        IAsyncStreamReader<PlaneMessage> incoming,
        HeldToken token,
        RegistrationRecord registration,
        CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(FirstMessages, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        PlaneMessage first = await NextAsync(incoming, both.Token) ?? throw Broken("it ended before its challenge");
        // Anything else as the challenge would let a plane choose what this agent signs.
        if (first.Challenge is not { Nonce.Length: NonceLength } challenge)
        {
            throw Broken($"its first message isn't a challenge of {NonceLength} bytes");
        }

        SessionProof proof = plane.ProveSession(challenge.Nonce.Span, token, registration.Uid);
        proof.Epoch = registration.Epoch;
        proof.Health = runtime.Health;
        if (runtime.Version is { } version && version.RegistrationUid == registration.Uid)
        {
            proof.BootConfiguration = new BootConfigurationVersion
            {
                Generation = version.Generation,
                CoreHash = version.CoreHash,
                LiveHash = version.LiveHash,
            };
            proof.IstioTokenExpiresAt = version.TokenExpiresAt.ToTimestamp();
        }

        Send(new AgentMessage { Proof = proof });
        return await NextAsync(incoming, both.Token) ?? throw Broken("it ended after its challenge");
    }

    private SessionEstablished Establish(PlaneMessage answer, RegistrationRecord registration)
    {
        SessionEstablished established = answer.Established ?? throw Broken($"the plane answered the proof with {answer.MessageCase}");
        // On disk before the plane hears of it: an epoch the plane counts on must survive whatever happens to this machine.
        TimeSpan? gracePeriod = established.GracePeriod is { } period ? PlaneTimes.Wait(period) : null;
        registrations.Write(registration with { Epoch = established.Epoch, GracePeriod = gracePeriod });
        Send(new AgentMessage { EpochStored = new EpochStored { Epoch = established.Epoch } });
        _established = time.GetTimestamp();
        events.Tell(new AgentEvent.Connected(established.Instance, established.SessionId, established.Epoch, gracePeriod));
        return established;
    }

    private async Task<SessionOutcome> ListenAsync(
        IAsyncStreamReader<PlaneMessage> incoming,
        string registrationUid,
        CancellationToken cancellationToken)
    {
        while (await NextAsync(incoming, cancellationToken) is { } message)
        {
            switch (message.MessageCase)
            {
                case PlaneMessage.MessageOneofCase.BootConfiguration:
                    runtime.Take(message.BootConfiguration, registrationUid, Answer);
                    break;
                case PlaneMessage.MessageOneofCase.LiveConfiguration:
                    runtime.Take(message.LiveConfiguration, registrationUid, Answer);
                    break;
                case PlaneMessage.MessageOneofCase.IstioToken:
                    runtime.Take(message.IstioToken);
                    break;
                case PlaneMessage.MessageOneofCase.TokenAccepted:
                    renewal.Accepted();
                    break;
                case PlaneMessage.MessageOneofCase.RegistrationGone:
                    return new SessionOutcome.Gone(message.RegistrationGone.Reason, message.RegistrationGone.Rejoin);
                case PlaneMessage.MessageOneofCase.Relocate:
                    Move(message.Relocate.Within is { } within ? PlaneTimes.Wait(within) : TimeSpan.Zero, ref cancellationToken);
                    break;
                default:
                    // A heartbeat, or a kind from a newer plane.
                    break;
            }
        }

        return _moving is not null ? new SessionOutcome.Relocate(_wait) : new SessionOutcome.Lost(Broken("the plane ended it"));
    }

    // The session serves until its turn has come: who left at once, and waited then, would be without one for as long.
    private void Move(TimeSpan within, ref CancellationToken listening)
    {
        if (_moving is null)
        {
            _wait = within * random();
            _turn = new CancellationTokenSource(_wait, time);
            _moving = CancellationTokenSource.CreateLinkedTokenSource(listening, _turn.Token);
            listening = _moving.Token;
        }
    }

    private async Task<PlaneMessage?> NextAsync(IAsyncStreamReader<PlaneMessage> incoming, CancellationToken cancellationToken)
    {
        bool any = await incoming.MoveNext(cancellationToken);
        Volatile.Write(ref _lastHeard, time.GetTimestamp());
        return any ? PlaneText.Clean(incoming.Current) : null;
    }

    private async Task WriteAsync(IClientStreamWriter<AgentMessage> outgoing, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (AgentMessage message in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await outgoing.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // The call is over; the reader knows why.
        }
    }

    private async Task BeatAsync(Duration? asked, CancellationTokenSource ending)
    {
        TimeSpan interval = asked is not null && PlaneTimes.Wait(asked) is var given && given >= ShortestHeartbeat ? given : TimeSpan.FromSeconds(30);
        while (!ending.IsCancellationRequested)
        {
            await Task.Delay(interval, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (time.GetElapsedTime(Volatile.Read(ref _lastHeard)) > interval * 3)
            {
                await ending.CancelAsync();
            }

            Send(new AgentMessage { Heartbeat = new Heartbeat() });
        }
    }

    private OnboardingException Silent() => new(
        ErrorIds.EndpointUnreachable,
        $"The plane at {plane.Address} stopped answering in the session.",
        $"curl -vk {plane.Address}; then look whether the endpoint runs");

    private OnboardingException Broken(string why) => new(
        ErrorIds.PlaneFailed, $"The session with {plane.Address} broke: {why}.", NextSteps.PlaneLog);
}
