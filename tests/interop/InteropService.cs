using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Onboarding.Tests.Interop.V1;

namespace Onboarding.Tests.Interop;

/// <summary>What the foreign clients call.</summary>
internal sealed class InteropService : V1.Interop.InteropBase
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();

    public override async Task<Response> Unary(Request request, ServerCallContext context)
    {
        switch (request.Action)
        {
            case "fail":
                throw Peer.Refusal();
            case "hang":
                await HangAsync(request, context);
                break;
            case "has-started":
            case "was-cancelled":
                await Event(request.Action, request).Task.WaitAsync(context.CancellationToken);
                break;
        }

        var headers = new Metadata();
        foreach (Metadata.Entry entry in context.RequestHeaders.Where(e => e.Key.StartsWith("question", StringComparison.Ordinal)))
        {
            headers.Add(entry);
        }

        await context.WriteResponseHeadersAsync(headers);
        return new Response { Payload = request.Payload };
    }

    public override async Task ServerStreaming(Request request, IServerStreamWriter<Response> responseStream, ServerCallContext context)
    {
        if (request.Action == "hang")
        {
            await HangAsync(request, context);
        }

        for (int i = 0; i < request.Count; i++)
        {
            await responseStream.WriteAsync(new Response { Payload = ByteString.CopyFrom((byte)i) });
        }

        if (request.Action == "fail")
        {
            throw Peer.Refusal();
        }
    }

    public override async Task<Response> ClientStreaming(IAsyncStreamReader<Request> requestStream, ServerCallContext context)
    {
        int length = 0;
        await foreach (Request request in requestStream.ReadAllAsync())
        {
            length += request.Payload.Length;
        }

        return new Response { Payload = ByteString.CopyFromUtf8(length.ToString(CultureInfo.InvariantCulture)) };
    }

    public override async Task Duplex(
        IAsyncStreamReader<Request> requestStream, IServerStreamWriter<Response> responseStream, ServerCallContext context)
    {
        await foreach (Request request in requestStream.ReadAllAsync())
        {
            switch (request.Action)
            {
                case "hang":
                    await HangAsync(request, context);
                    break;
                case "die":
                    context.GetHttpContext().Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
                    break;
                default:
                    await responseStream.WriteAsync(new Response { Payload = request.Payload });
                    break;
            }
        }
    }

    private async Task HangAsync(Request request, ServerCallContext context)
    {
        await using CancellationTokenRegistration registration =
            context.CancellationToken.Register(() => Event("was-cancelled", request).TrySetResult());
        Event("has-started", request).TrySetResult();
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }

    private TaskCompletionSource Event(string name, Request request) => _events.GetOrAdd(
        $"{name} {request.Payload.ToStringUtf8()}", _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
