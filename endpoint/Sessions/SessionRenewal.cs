using Grpc.Core;
using Onboarding.Endpoint.Admissions;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Takes renewed onboarding tokens of sessions. One that is no good ends its session; one that can't be judged just now is kept and
/// judged again: an agent presents it once, and an API server that is away for a moment is no fault of the agent's.
/// </summary>
internal sealed partial class SessionRenewal(
    CallPipeline pipeline,
    CallerAuthenticator callers,
    MemberAdmission admissions,
    TimeProvider time,
    ILogger<SessionRenewal> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Takes a token.</summary>
    public async Task TakeAsync(AgentSession session, string token, ServerCallContext context, CancellationToken ended)
    {
        session.Presented = token;
        await JudgeAsync(session, token, context, ended);
        if (session.HasUnjudged && session.BeginRetry())
        {
            session.Retry = RetryAsync(session, context, ended);
        }
    }

    /// <summary>Judges the token presented last again, until there is an answer or no one to tell it.</summary>
    private async Task RetryAsync(AgentSession session, ServerCallContext context, CancellationToken ended)
    {
        try
        {
            do
            {
                TimeSpan pause = FirstPause;
                while (session.HasUnjudged)
                {
                    await Task.Delay(pause, time, ended);
                    if (session.Presented is { } token)
                    {
                        await JudgeAsync(session, token, context, ended);
                    }

                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }

                session.EndRetry();
            }
            while (session.HasUnjudged && session.BeginRetry());
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
#pragma warning disable CA1031 // no one waits for this task: what isn't logged here is never heard of
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFault(logger, e, session.Id);
            session.End(SessionEnd.Fault());
        }
    }

    private async Task JudgeAsync(AgentSession session, string token, ServerCallContext context, CancellationToken ended)
    {
        try
        {
            await pipeline.RunAsync("renew", context, call => RenewAsync(session, token, call), CallerTrust.Session, ended);
        }
        catch (RpcException) when (session.Ended.IsCompleted)
        {
            // With the refusal.
        }
        catch (RpcException e)
        {
            LogWaits(logger, session.Id, session.Member.Metadata.Namespace, session.Member.Metadata.Name, e.Status.Detail);
        }
    }

    private async Task<bool> RenewAsync(AgentSession session, string token, Call call)
    {
        try
        {
            OnboardingTokenClaims claims = await callers.ReadTokenAsync(token, call);

            // The decision again: the token was issued a while ago, and a session that lives on is one that is allowed now.
            call.Audit.IsVerified = claims.Thumbprint == session.Claims.Thumbprint;
            await admissions.DecideAsync(session.Member, claims, call.Audit, call.CancellationToken);
            session.Renew(claims);
            session.Judged(token);
            return true;
        }
        catch (RefusedException e) when (e.Refusal.Code is not (RefusalCode.Unavailable or RefusalCode.ResourceExhausted))
        {
            session.End(new SessionEnd(EndReason.TokenRefused, e.Message) { Refusal = e.Refusal });
            throw;
        }
    }

    [LoggerMessage(4116, LogLevel.Warning, "The renewed token of session {Session} ({Namespace}/{Registration}) can't be judged: {Reason} Trying again.")]
    private static partial void LogWaits(ILogger logger, string session, string? @namespace, string registration, string reason);

    [LoggerMessage(4117, LogLevel.Error, "A fault while the renewed token of session {Session} was judged again")]
    private static partial void LogFault(ILogger logger, Exception exception, string session);
}
