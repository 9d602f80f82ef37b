using System.Net.Sockets;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;
using Status = Grpc.Core.Status;

namespace Onboarding.Client.Control;

/// <summary>Failures as they go over the control socket, and back.</summary>
public static class ControlFailure
{
    private const string DetailsKey = "grpc-status-details-bin";

    /// <summary>A failure as the agent answers it.</summary>
    /// <param name="failure">The failure.</param>
    public static RpcException ToRpc(OnboardingException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var details = new Google.Rpc.Status { Code = (int)StatusCode.FailedPrecondition, Message = failure.Message };
        details.Details.Add(Any.Pack(ControlMessages.ToMessage(failure)));
        return new RpcException(
            new Status(StatusCode.FailedPrecondition, failure.Message), new Metadata { { DetailsKey, details.ToByteArray() } });
    }

    /// <summary>What to tell of a failed call.</summary>
    /// <param name="failure">The failed call.</param>
    /// <param name="path">The socket it went to.</param>
    public static OnboardingException Explain(RpcException failure, string path)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (Told(failure.Trailers) is { } told)
        {
            return ControlMessages.ToException(told, failure);
        }

        if (SocketErrorOf(failure.Status.DebugException) is { } error)
        {
            return error == SocketError.AccessDenied ? Denied(path, failure) : NotRunning(path, failure);
        }

        return failure.StatusCode switch
        {
            StatusCode.PermissionDenied => Denied(path, failure),
            StatusCode.Unavailable => NotRunning(path, failure),
            _ => new OnboardingException(
                ErrorIds.ControlFailed,
                $"The agent at {path} failed with {failure.StatusCode}: {failure.Status.Detail}",
                "journalctl -u onboarding-agent -n 50",
                failure),
        };
    }

    /// <summary>No agent answers.</summary>
    /// <param name="path">The socket that was asked.</param>
    /// <param name="inner">Why.</param>
    public static OnboardingException NotRunning(string path, Exception? inner = null) => new(
        ErrorIds.AgentNotRunning,
        $"No agent answers on {path}.",
        $"{AgentService.HowToStart}; an agent with a state directory of its own is found with --state-directory (-StateDirectory)",
        inner);

    private static OnboardingException Denied(string path, Exception inner) => new(
        ErrorIds.ControlDenied,
        $"User {Environment.UserName} may not talk to the agent at {path}: only root, the agent's own user and members of group '{ControlSocket.Group}' may.",
        $"sudo usermod -aG {ControlSocket.Group} {Environment.UserName}; then log in again",
        inner);

    private static SocketError? SocketErrorOf(Exception? cause)
    {
        for (; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }

        return null;
    }

    private static Failure? Told(Metadata trailers)
    {
        try
        {
            return trailers.GetValueBytes(DetailsKey) is { } bytes
                ? Google.Rpc.Status.Parser.ParseFrom(bytes).Details.Where(d => d.Is(Failure.Descriptor)).Select(d => d.Unpack<Failure>()).FirstOrDefault()
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
