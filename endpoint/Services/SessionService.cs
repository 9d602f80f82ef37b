using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Admissions;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.Connections;
using Onboarding.Endpoint.Registration;
using Onboarding.Endpoint.Sessions;
using Onboarding.Endpoint.Tokens;
using Onboarding.Kubernetes;
using Onboarding.Plane.Members;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Registrations;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Services;

/// <summary>Connect: establishes sessions and keeps them.</summary>
internal sealed partial class SessionService(
    CallEntry calls,
    SessionGates gates,
    SessionSupplies supplies,
    SessionRecords sessions,
    PlaneConfiguration plane,
    CallRecords records,
    TimeProvider time,
    ILogger<SessionService> logger) : WorkloadSessionService.WorkloadSessionServiceBase
{
    private const int NonceLength = 32;
    private static readonly TimeSpan ProofPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(10);

    public override async Task Connect(
        IAsyncStreamReader<AgentMessage> requestStream,
        IServerStreamWriter<PlaneMessage> responseStream,
        ServerCallContext context)
    {
        AgentSession session = await calls.Pipeline.RunAsync(
            "connect", context, call => EstablishAsync(requestStream, responseStream, context, call), CallerTrust.PresentsToken);
        LogEstablished(logger, session.Id, session.Member.Metadata.Namespace, session.Member.Metadata.Name, session.Epoch);
        CallerAuthenticator.ForgetToken(context);
        using IDisposable? safe = GuardedConnection.Find(context)?.BeginSession();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        Task reading = ReadAllAsync(session, requestStream, context, ended.Token);
        try
        {
            await session.WriteAllAsync(responseStream, context.CancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException or RpcException)
        {
            session.End(SessionEnd.Lost(EndReason.ConnectionLost, "The connection to the agent was lost."));
        }

        SessionEnd end = await session.Ended;

        // Kestrel gives the request's body to the next call on the connection: a reader left behind would take that call's bytes, and the
        // call would fail with "Reading is already in progress".
        await ended.CancelAsync();
        await reading;
        await session.Retry;
        await CloseAsync(session, end);
        if (end.Refusal is { } refusal)
        {
            throw RefusalStatus.ToRpcException(refusal, session.Id);
        }
    }

    private async Task<AgentSession> EstablishAsync(
        IAsyncStreamReader<AgentMessage> requests,
        IServerStreamWriter<PlaneMessage> responses,
        ServerCallContext context,
        Call call)
    {
        if (sessions.Registry.IsStopping)
        {
            throw Refuse.Unavailable(Reasons.PlaneNotReady, "This instance is about to stop; connect again.", TimeSpan.FromSeconds(1));
        }

        string token = CallerAuthenticator.TokenOf(context);
        OnboardingTokenClaims claims = await calls.Callers.ReadTokenAsync(token, call);
        byte[] nonce = RandomNumberGenerator.GetBytes(NonceLength);
        await responses.WriteAsync(new PlaneMessage { Challenge = new SessionChallenge { Nonce = ByteString.CopyFrom(nonce) } }, call.CancellationToken);
        SessionProof proof = await ReadProofAsync(requests, call.CancellationToken);
        CheckProof(proof, nonce, token, claims);
        ProofFields.Check(proof);
        call.Audit.IsVerified = true;
        call.IsTokenHolder = true;

        WorkloadAutoRegistration member = await FindAsync(claims, proof.RegistrationUid, call.CancellationToken);

        // A policy, a key or an issuer may be gone since the token was issued; and nothing is written for a caller that may not be here.
        Admission admission = await gates.Admissions.DecideAsync(member, claims, call.Audit, call.CancellationToken);
        gates.Budgets.Count(
            claims.Workload,
            gates.Identities.Resolve(claims.Workload, claims.Thumbprint),
            new WorkloadGroupReference(claims.GroupNamespace, claims.GroupName),
            isFirst: member.Status?.Session is null);
        WorkloadAutoRegistration begun = await BeginAsync(member, admission, proof, call.CancellationToken);
        var session = new AgentSession(begun, claims, BootMessages.Read(proof.BootConfiguration), time, proof.Health)
        {
            Admitted = begun.Status?.BootConfiguration?.Admitted ?? 0,
            Source = call.Audit.Source,
            RetireConnection = GuardedConnection.Find(context) is { } connection ? connection.Retire : null,
        };
        sessions.Registry.Add(session);
        try
        {
            await WelcomeAsync(session, admission, proof, call.CancellationToken);
            return session;
        }
        catch (Exception e)
        {
            SessionEnd end = SessionEnd.Lost(EndReason.ConnectionLost, "The session broke off while it was established.");
            session.End(end);
            await CloseAsync(session, end);
            LogBrokeOff(logger, session.Id, e.Message);
            throw;
        }
    }

    private async Task<SessionProof> ReadProofAsync(IAsyncStreamReader<AgentMessage> requests, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ProofPatience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await requests.MoveNext(both.Token) && requests.Current.Proof is { } proof
                ? CallerText.Clean(proof)
                : throw Refuse.Precondition(Reasons.SessionProtocol, "The first message of a session must be SessionProof.");
        }
        catch (Exception e) when (patience.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            throw Refuse.Precondition(Reasons.SessionProtocol, $"No SessionProof came within {ProofPatience.TotalSeconds} s.");
        }
    }

    private void CheckProof(SessionProof proof, byte[] nonce, string token, OnboardingTokenClaims claims)
    {
        AgentPublicKey? key = RecentKeys.TryRead(proof.PublicKey.Span);
        byte[] statement = Statements.Session(nonce, token, plane.Required.Uid, proof.RegistrationUid);
        if (key is null || key.Thumbprint != claims.Thumbprint || !key.Verify(statement, proof.Signature.Span))
        {
            throw Refuse.Unauthenticated(
                Reasons.ProofInvalid, "The proof wasn't made for this session with the key that the onboarding token is bound to.");
        }
    }

    private async Task<WorkloadAutoRegistration> FindAsync(OnboardingTokenClaims claims, string uid, CancellationToken cancellationToken)
    {
        WorkloadAutoRegistration? member = await gates.Store.FindAsync(claims.GroupNamespace, claims.Registration, cancellationToken);
        bool isTheirs = member is { Metadata.DeletionTimestamp: null } && member.Metadata.Uid == uid && RegistrationOwner.Is(member, claims);
        return isTheirs ? member! : throw Refuse.Precondition(
            Reasons.RegistrationNotFound, "There is no such registration. Join again from the start, by RegisterWorkload without a uid.");
    }

    private async Task<WorkloadAutoRegistration> BeginAsync(
        WorkloadAutoRegistration member, Admission admission, SessionProof proof, CancellationToken cancellationToken)
    {
        AgentSession? live = sessions.Registry.Find(member.Metadata.Uid!);
        BootConfigurationRevision? held = BootMessages.Read(proof.BootConfiguration);
        (Func<WorkloadAutoRegistration, BootConfigurationRevision?> desired, IReadOnlyList<ConditionChange> conditions) = supplies.Delivery.Begin(
            member, held, MemberPackage.NameIn(proof.Health));
        try
        {
            return await sessions.Writer.BeginAsync(
                member,
                new AgentEpoch(proof.Epoch, CurrentIsStored: live is { EpochIsStored: true }, held),
                admission.Decision.Policy,
                supplies.Source.AccountOf(member).SpiffeId,
                desired,
                SidecarCondition.FromReport(proof.Health) is { } sidecar ? [.. conditions, sidecar] : conditions,
                cancellationToken);
        }
        catch (RefusedException e) when (e.Refusal.Reason == Reasons.PossibleClone)
        {
            await sessions.Writer.FlagCloneAsync(member, e.Refusal.Detail ?? e.Message, cancellationToken);
            throw;
        }
    }

    private async Task WelcomeAsync(AgentSession session, Admission admission, SessionProof proof, CancellationToken cancellationToken)
    {
        session.Welcome(new PlaneMessage
        {
            Established = new SessionEstablished
            {
                SessionId = session.Id,
                Instance = sessions.Self.Instance,
                Epoch = session.Epoch,
                HeartbeatInterval = Duration.FromTimeSpan(AgentSession.HeartbeatInterval),
                ExpiresAt = Timestamp.FromDateTimeOffset(session.ExpiresAt),
                GracePeriod = plane.Current is { } settings ? Duration.FromTimeSpan(settings.Spec.GracePeriod) : null,
            },
        });

        bool hasNewToken = await DeliverAsync(session, cancellationToken);
        DateTimeOffset? expires = ProofFields.ExpiryOf(proof);
        if (hasNewToken)
        {
            return;
        }

        if (expires - time.GetUtcNow() > TimeSpan.FromMinutes(30))
        {
            session.RenewTokenOf(expires!.Value);
            return;
        }

        ServiceAccountToken token = await supplies.Source.CreateTokenAsync(admission, supplies.Source.AccountOf(session.Member), cancellationToken);
        session.Send(new PlaneMessage { IstioToken = AgentSession.ToMessage(token) });
        session.RenewTokenOf(token.ExpiresAt);
    }

    private async Task<bool> DeliverAsync(AgentSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await supplies.Delivery.DeliverAsync(session, cancellationToken);
        }
        catch (RefusedException) when (session.Boot.Held is not null)
        {
            // Its sidecar runs on what it has; the registration says what is wrong.
            return false;
        }
    }

    // Never throws: whatever ends the reading ends the session.
    private async Task ReadAllAsync(
        AgentSession session, IAsyncStreamReader<AgentMessage> requests, ServerCallContext context, CancellationToken ended)
    {
        try
        {
            while (await IsNextAsync(session, requests, ended))
            {
                session.Heard();
                await session.Pace.WaitAsync(ended);
                await HandleAsync(session, CallerText.Clean(requests.Current), context, ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            session.End(SessionEnd.Lost(EndReason.ConnectionLost, "The connection to the agent was lost."));
        }
#pragma warning disable CA1031 // a session that no one reads any more must not look as if it stood
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFault(logger, e, session.Id, session.Member.Metadata.Namespace, session.Member.Metadata.Name);
            session.End(SessionEnd.Fault());
        }
    }

    private static async Task<bool> IsNextAsync(AgentSession session, IAsyncStreamReader<AgentMessage> requests, CancellationToken ended)
    {
        try
        {
            if (await requests.MoveNext(ended))
            {
                return true;
            }

            session.End(new SessionEnd(EndReason.ConnectionLost, "The agent closed the session."));
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or IOException or InvalidOperationException)
        {
            session.End(SessionEnd.Lost(EndReason.ConnectionLost, "The connection to the agent was lost."));
        }

        return false;
    }

    private async Task HandleAsync(AgentSession session, AgentMessage message, ServerCallContext context, CancellationToken ended)
    {
        switch (message.MessageCase)
        {
            case AgentMessage.MessageOneofCase.Heartbeat:
                session.Send(new PlaneMessage { Heartbeat = new Heartbeat() });
                break;
            case AgentMessage.MessageOneofCase.EpochStored:
                session.Stored(message.EpochStored.Epoch);
                break;
            case AgentMessage.MessageOneofCase.Token:
                await supplies.Renewal.TakeAsync(session, message.Token.Token, context, ended);
                break;
            case AgentMessage.MessageOneofCase.BootConfigurationStatus:
                await TakeAsync(session, () => supplies.Delivery.AnsweredAsync(session, message.BootConfigurationStatus, ended));
                break;
            case AgentMessage.MessageOneofCase.Health:
                if (records.MayLog(session.Uid, "health"))
                {
                    LogHealth(logger, session.Member.Metadata.Name, message.Health.Sidecar, Cut(message.Health.Message));
                }

                await TakeAsync(session, () => supplies.Delivery.HealthAsync(session, message.Health, ended));
                break;
        }
    }

    // What can't be written now is written with the next thing that is.
    private async Task TakeAsync(AgentSession session, Func<Task> take)
    {
        try
        {
            await take();
        }
        catch (Exception e) when (e is KubernetesException or KubeConfigException or RefusedException)
        {
            LogStatusFailed(logger, session.Member.Metadata.Name, e.Message);
        }
    }

    private async Task CloseAsync(AgentSession session, SessionEnd end)
    {
        // Not removed: a newer session of the same registration is in its place, and the status is that one's.
        bool isLatest = sessions.Registry.Remove(session);
        LogEnded(logger, session.Id, session.Member.Metadata.Namespace, session.Member.Metadata.Name, end.Message);
        if (!isLatest || end.Reason is null || session.IsLeaving)
        {
            return;
        }

        try
        {
            using var patience = new CancellationTokenSource(StatusPatience, time);
            await sessions.Writer.EndAsync(session.Member, end.Reason, end.Message, patience.Token);
        }
        catch (Exception e) when (e is KubernetesException or KubeConfigException or OperationCanceledException)
        {
            // The sweeper finds the registration that says it is connected here, and isn't.
            LogStatusFailed(logger, session.Member.Metadata.Name, e.Message);
        }
    }

    [LoggerMessage(4118, LogLevel.Error, "Session {Session} of {Namespace}/{Registration} ended because of an unexpected error")]
    private static partial void LogFault(ILogger logger, Exception exception, string session, string? @namespace, string registration);

    private static string Cut(string text) => text.Length > 1024 ? text[..1024] : text;

    [LoggerMessage(4110, LogLevel.Information, "Session {Session} of {Namespace}/{Registration} established, epoch {Epoch}")]
    private static partial void LogEstablished(ILogger logger, string session, string? @namespace, string registration, long epoch);

    [LoggerMessage(4111, LogLevel.Information, "Session {Session} of {Namespace}/{Registration} ended: {Reason}")]
    private static partial void LogEnded(ILogger logger, string session, string? @namespace, string registration, string reason);

    [LoggerMessage(4112, LogLevel.Warning, "Session {Session} broke off while it was established: {Reason}")]
    private static partial void LogBrokeOff(ILogger logger, string session, string reason);

    [LoggerMessage(4114, LogLevel.Information, "The sidecar of {Registration} is {State}. {Message}")]
    private static partial void LogHealth(ILogger logger, string registration, SidecarState state, string message);

    [LoggerMessage(4115, LogLevel.Warning, "What became of the session of {Registration} can't be written: {Reason}")]
    private static partial void LogStatusFailed(ILogger logger, string registration, string reason);
}

/// <summary>What decides whether a registration may have a session.</summary>
/// <param name="Store">The registrations.</param>
/// <param name="Admissions">The policies, on a member.</param>
/// <param name="Identities">The identity that policies and limits are about.</param>
/// <param name="Budgets">How much may be written for one identity, and for one group.</param>
internal sealed record SessionGates(RegistrationStore Store, MemberAdmission Admissions, PolicyIdentity Identities, WriteBudgets Budgets);

/// <summary>What a session supplies its agent with.</summary>
/// <param name="Delivery">The boot configuration.</param>
/// <param name="Source">Tokens for istiod.</param>
/// <param name="Renewal">The onboarding token, renewed within the session.</param>
internal sealed record SessionSupplies(BootDelivery Delivery, BootConfigurationSource Source, SessionRenewal Renewal);

/// <summary>Where sessions are kept.</summary>
/// <param name="Registry">Those of this instance.</param>
/// <param name="Writer">The status of their registrations.</param>
/// <param name="Self">This instance.</param>
internal sealed record SessionRecords(SessionRegistry Registry, SessionStatusWriter Writer, SessionIdentity Self);
