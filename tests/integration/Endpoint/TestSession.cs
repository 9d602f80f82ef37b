using Grpc.Core;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>An agent's side of a session.</summary>
public sealed class TestSession(AsyncDuplexStreamingCall<AgentMessage, PlaneMessage> call) : IDisposable
{

    public async Task<PlaneMessage> NextAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        (await call.ResponseStream.MoveNext(patience.Token)).ShouldBeTrue("the session ended");
        return call.ResponseStream.Current;
    }

    /// <summary>Reads until a message of this kind comes.</summary>
    public async Task<PlaneMessage> NextAsync(PlaneMessage.MessageOneofCase kind)
    {
        while (true)
        {
            PlaneMessage message = await NextAsync();
            if (message.MessageCase == kind)
            {
                return message;
            }
        }
    }

    public Task SendAsync(AgentMessage message) => call.RequestStream.WriteAsync(message);

    public Task CompleteAsync() => call.RequestStream.CompleteAsync();

    /// <summary>Reads to the end; the status if that isn't OK.</summary>
    public async Task<RpcException?> EndAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        try
        {
            while (await call.ResponseStream.MoveNext(patience.Token))
            {
            }

            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    public void Dispose() => call.Dispose();
}
