using System.Security.Cryptography;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Endpoint.Connections;
using Onboarding.Kubernetes;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Calls;

/// <summary>
/// What every call goes through: a correlation id, the limits on failures and time, one audit record, and the one place where exceptions
/// become gRPC statuses, so that no text of an exception reaches a caller.
/// </summary>
internal sealed partial class CallPipeline(
    CallRecords records, RefusalEvents events, FailureLimiter limiter, CallsInProgress inProgress, CallPatience patience, ILogger<CallPipeline> logger)
{
    private static readonly TimeSpan KubernetesPause = TimeSpan.FromSeconds(2);

    /// <summary>Works on one call.</summary>
    /// <param name="action">What is asked for, for the audit log.</param>
    /// <param name="context">The call.</param>
    /// <param name="body">The work.</param>
    /// <param name="trust">What the caller has proved so far.</param>
    /// <param name="ended">Of <see cref="CallerTrust.Session"/>: the session has ended, and no one waits for the work any more.</param>
    /// <exception cref="RpcException">It was refused or failed.</exception>
    public async Task<T> RunAsync<T>(
        string action, ServerCallContext context, Func<Call, Task<T>> body, CallerTrust trust = CallerTrust.None, CancellationToken ended = default)
    {
        string source = AddressOf(context.Peer);
        string limited = SourceAddress.KeyOf(source);
        using CancellationTokenSource limit = patience.Begin();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, limit.Token);

        // How long a session waits for its agent is its own to know.
        CancellationToken stop = trust == CallerTrust.Session ? ended : either.Token;
        var call = new Call(new AuditRecord(action, NewCorrelationId(), source), stop)
        {
            Limited = limited,
            Connection = GuardedConnection.Find(context),
            HeldBack = trust == CallerTrust.Session ? null : limiter.HeldBack(limited),
            IsTokenHolder = trust == CallerTrust.Session,
        };

        // A session asks for one thing at a time.
        bool hasBegun = trust != CallerTrust.Session && inProgress.TryBegin(limited);
        try
        {
            if (!hasBegun && trust != CallerTrust.Session)
            {
                throw new Refusal(RefusalCode.ResourceExhausted, Reasons.RateLimited, "Too many calls at once. Wait 1 s.")
                { RetryAfter = TimeSpan.FromSeconds(1) }.ToException();
            }

            if (trust == CallerTrust.None)
            {
                limiter.Enter(call);
            }

            T result = await body(call);
            records.Allowed(call.Audit);
            limiter.Admitted(call);
            return result;
        }
        catch (Exception e) when (e is not RpcException && !(e is OperationCanceledException && (ended.IsCancellationRequested || context.CancellationToken.IsCancellationRequested)))
        {
            throw Fail(e is OperationCanceledException && stop.IsCancellationRequested ? TooSlow(call) : e, call);
        }
        finally
        {
            if (hasBegun)
            {
                inProgress.End(limited);
            }
        }
    }

    private RpcException Fail(Exception exception, Call call)
    {
        Refusal refusal = ToRefusal(exception);
        if (refusal.Code is RefusalCode.Unauthenticated or RefusalCode.PermissionDenied or RefusalCode.InvalidArgument)
        {
            refusal = Count(refusal, call);
        }

        if (refusal.Reason == Reasons.Internal)
        {
            LogFault(logger, exception, call.Audit.Action, call.Audit.CorrelationId);
        }

        records.Denied(call.Audit, refusal, call.Limited);
        events.Refused(call.Audit, refusal);
        return RefusalStatus.ToRpcException(refusal, call.Audit.CorrelationId);
    }

    /// <summary>Counts a refusal against who earned it; the refusal that the caller gets.</summary>
    private Refusal Count(Refusal refusal, Call call)
    {
        if (call.Audit is { IsVerified: true, Identity: { } identity })
        {
            return limiter.Refused(CanonicalIdentity.Serialize(identity), call) is { } wait
                ? new Refusal(
                    RefusalCode.ResourceExhausted,
                    Reasons.RateLimited,
                    $"This workload was refused too often in a short time ({refusal.Reason}). Wait {wait.TotalSeconds} s.")
                { Detail = refusal.Detail ?? refusal.Message, RetryAfter = wait }
                : refusal;
        }

        limiter.Failed(call);

        // It came with something that looked like a token, and was looked at for that alone.
        return call is { IsTokenHolder: false, HasTurn: false, HeldBack: { } left } ? FailureLimiter.Refusal(left) with { Detail = refusal.Message } : refusal;
    }

    private static RefusedException TooSlow(Call call)
    {
        string what = call.WaitsFor == Reasons.KubernetesUnavailable ? "the Kubernetes API" : "the credential's issuer";
        return new Refusal(RefusalCode.Unavailable, call.WaitsFor, $"The plane got no answer in time from {what}; try again shortly.")
        {
            Detail = $"no answer within {CallPatience.Limit.TotalSeconds} s",
            RetryAfter = KubernetesPause,
        }.ToException();
    }

    private static Refusal ToRefusal(Exception exception) => exception switch
    {
        RefusedException refused => refused.Refusal,
        KubernetesException answer => ClusterRefusal.FromAnswer(answer.Status, answer.Message, answer.RetryAfter),
        KubeConfigException or HttpRequestException or TimeoutException or OperationCanceledException => ClusterRefusal.Unavailable(exception.Message),
        _ => new Refusal(RefusalCode.Internal, Reasons.Internal, "The plane has a fault; its log has more under the correlation id.")
        {
            Detail = exception.GetType().Name,
        },
    };

    // ipv4:192.0.2.1:1234 or ipv6:[2001:db8::1]:1234. Taken from the connection: a header is the caller's word.
    private static string AddressOf(string peer)
    {
        int start = peer.IndexOf(':', StringComparison.Ordinal) + 1;
        int end = peer.LastIndexOf(':');
        return end > start ? peer[start..end].Trim('[', ']') : peer;
    }

    private static string NewCorrelationId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    [LoggerMessage(4002, LogLevel.Error, "A fault of the plane while it was asked to {Action} ({CorrelationId})")]
    private static partial void LogFault(ILogger logger, Exception exception, string action, string correlationId);
}
