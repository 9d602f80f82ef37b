using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Onboarding.Api.Rpc;
using Onboarding.Testing;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>A session as the plane holds it.</summary>
internal sealed class FakeSession(SessionProof proof)
{
    private readonly Channel<PlaneMessage> _outgoing = Channel.CreateUnbounded<PlaneMessage>();
    private readonly ConcurrentQueue<AgentMessage> _received = new();
    private RpcException? _failure;

    public SessionProof Proof { get; } = proof;

    public IEnumerable<AgentMessage> Received => _received;

    public bool HasEnded { get; private set; }

    public void Send(PlaneMessage message) => _outgoing.Writer.TryWrite(message);

    /// <summary>Ends it from the plane's side.</summary>
    public void End(RpcException? failure = null)
    {
        _failure = failure;
        _outgoing.Writer.TryComplete();
    }

    /// <summary>Waits for a message from the agent and gives the last one of its kind.</summary>
    public async Task<AgentMessage> ReceiveAsync(Func<AgentMessage, bool> which, string what)
    {
        await Eventually.Is(() => _received.Any(which), what);
        return _received.Last(which);
    }

    public async Task ReadAsync(IAsyncStreamReader<AgentMessage> incoming, CancellationToken ended)
    {
        try
        {
            while (await incoming.MoveNext(ended))
            {
                _received.Enqueue(incoming.Current);
            }
        }
        catch (Exception e) when (e is RpcException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // The agent is gone.
        }

        HasEnded = true;
        _outgoing.Writer.TryComplete();
    }

    public async Task WriteAsync(IServerStreamWriter<PlaneMessage> outgoing, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (PlaneMessage message in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await outgoing.WriteAsync(message, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The agent is gone.
        }
    }

    public void ThrowIfTold()
    {
        if (_failure is not null)
        {
            throw _failure;
        }
    }
}
