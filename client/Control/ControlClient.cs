using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Control;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Control;

/// <summary>
/// Talks to the agent that owns this machine's session. Trust comes from the path: only root, or the agent's user, can put a
/// socket into the directory; and nothing secret is sent.
/// </summary>
public sealed class ControlClient : IMeshSession
{
    private readonly GrpcChannel _channel;
    private readonly AgentControlService.AgentControlServiceClient _client;

    /// <summary>Makes one; nothing is connected yet.</summary>
    /// <param name="path">The socket.</param>
    public ControlClient(string path)
    {
        Path = path;
        SocketsHttpHandler handler = KeptAliveConnections.Handler();
        handler.ConnectCallback = ConnectAsync;
        _channel = GrpcChannel.ForAddress(
            "http://agent.invalid", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _client = new AgentControlService.AgentControlServiceClient(_channel.CreateCallInvoker());
    }

    /// <summary>The socket.</summary>
    public string Path { get; }

    /// <inheritdoc />
    public Task<AgentStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        CallAsync(() => _client.GetStatusAsync(new GetStatusRequest(), cancellationToken: cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<AgentStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using AsyncServerStreamingCall<AgentStatus> call = _client.Watch(new WatchRequest(), cancellationToken: cancellationToken);
        while (await NextAsync(call.ResponseStream, cancellationToken))
        {
            yield return call.ResponseStream.Current;
        }
    }

    /// <inheritdoc />
    public async Task<AgentStatus> RegisterAsync(RegisterRequest request, Action<Step>? told, CancellationToken cancellationToken)
    {
        using AsyncServerStreamingCall<ControlUpdate> call = _client.Register(request, cancellationToken: cancellationToken);
        return await FollowAsync(call.ResponseStream, told, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<AgentStatus> UnregisterAsync(UnregisterRequest request, Action<Step>? told, CancellationToken cancellationToken)
    {
        using AsyncServerStreamingCall<ControlUpdate> call = _client.Unregister(request, cancellationToken: cancellationToken);
        return await FollowAsync(call.ResponseStream, told, cancellationToken);
    }

    /// <inheritdoc />
    public Task<MeshSidecar> StartSidecarAsync(StartSidecarRequest request, CancellationToken cancellationToken) =>
        CallAsync(() => _client.StartSidecarAsync(request, cancellationToken: cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<MeshSidecar> StopSidecarAsync(StopSidecarRequest request, CancellationToken cancellationToken) =>
        CallAsync(() => _client.StopSidecarAsync(request, cancellationToken: cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<MeshSidecar> RestartSidecarAsync(RestartSidecarRequest request, CancellationToken cancellationToken) =>
        CallAsync(() => _client.RestartSidecarAsync(request, cancellationToken: cancellationToken), cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<AgentStatus> FollowAsync(
        IAsyncStreamReader<ControlUpdate> updates,
        Action<Step>? told,
        CancellationToken cancellationToken)
    {
        while (await NextAsync(updates, cancellationToken))
        {
            switch (updates.Current.UpdateCase)
            {
                case ControlUpdate.UpdateOneofCase.Step:
                    told?.Invoke(updates.Current.Step);
                    break;
                case ControlUpdate.UpdateOneofCase.Status:
                    return updates.Current.Status;
                default:
                    // Of a newer agent.
                    break;
            }
        }

        throw new OnboardingException(
            ErrorIds.ControlFailed, $"The agent at {Path} ended the call without an answer.", "journalctl -u onboarding-agent -n 50");
    }

    private async Task<bool> NextAsync<T>(IAsyncStreamReader<T> reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.MoveNext(cancellationToken);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ControlFailure.Explain(e, Path);
        }
    }

    private async Task<T> CallAsync<T>(Func<AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ControlFailure.Explain(e, Path);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
