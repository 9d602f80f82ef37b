using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Calls;

/// <summary>Puts a refusal on the wire: status, <c>google.rpc.ErrorInfo</c> and, where it helps, <c>google.rpc.RetryInfo</c>.</summary>
internal static class RefusalStatus
{
    public const string DetailsKey = "grpc-status-details-bin";

    /// <summary>The exception that makes the server answer with this refusal.</summary>
    public static RpcException ToRpcException(Refusal refusal, string correlationId)
    {
        var info = new ErrorInfo { Reason = refusal.Reason, Domain = Reasons.Domain };
        info.Metadata["correlationId"] = correlationId;
        if (refusal.Matched.Count > 0)
        {
            info.Metadata["matched"] = string.Join(",", refusal.Matched);
        }

        if (refusal.IsFinal)
        {
            info.Metadata["final"] = "true";
        }

        // A place in the documentation that comes with the program: no address that someone else may come to serve.
        info.Metadata["help"] = $"docs/troubleshooting.md#{refusal.Reason.ToLowerInvariant()}";
        var status = new Google.Rpc.Status { Code = (int)refusal.Code, Message = refusal.Message };
        status.Details.Add(Any.Pack(info));
        if (refusal.RetryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = new RetryInfo.Types.Duration { Seconds = (long)delay.TotalSeconds } }));
        }

        return new RpcException(
            new Grpc.Core.Status((StatusCode)refusal.Code, refusal.Message), new Metadata { { DetailsKey, status.ToByteArray() } });
    }
}
