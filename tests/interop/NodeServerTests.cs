using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Onboarding.Testing;
using Onboarding.Tests.Interop.V1;
using Shouldly;
using Xunit;
using Client = Onboarding.Tests.Interop.V1.Interop.InteropClient;

namespace Onboarding.Tests.Interop;

/// <summary>Our client against grpc-js.</summary>
public class NodeServerTests : IAsyncLifetime
{
    private static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    private NodeServer _server = null!;
    private Client _client = null!;

    private static DateTime Soon => DateTime.UtcNow.AddMilliseconds(500);

    public async ValueTask InitializeAsync()
    {
        Capability.NodeJs.Require();
        _server = await NodeServer.StartAsync();
        _client = new Client(_server.Channel);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task Unary() =>
        (await _client.UnaryAsync(new Request { Payload = ByteString.CopyFrom(EveryByte) })).Payload.ToByteArray().ShouldBe(EveryByte);

    [Fact]
    public async Task Server_streaming()
    {
        using AsyncServerStreamingCall<Response> call = _client.ServerStreaming(new Request { Count = 5 });
        (await ReadAsync(call.ResponseStream)).Select(r => r.Payload[0]).ShouldBe([0, 1, 2, 3, 4]);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task A_client_stream_of_more_than_30_megabytes()
    {
        using AsyncClientStreamingCall<Request, Response> call = _client.ClientStreaming();
        var request = new Request { Payload = ByteString.CopyFrom(new byte[1024 * 1024]) };
        for (int i = 0; i < 33; i++)
        {
            await call.RequestStream.WriteAsync(request);
        }

        await call.RequestStream.CompleteAsync();
        (await call).Payload.ToStringUtf8().ShouldBe("34603008");
    }

    [Fact]
    public async Task A_duplex_stream_that_idles_for_30_seconds()
    {
        using AsyncDuplexStreamingCall<Request, Response> call = _client.Duplex();
        await EchoAsync(call, "before");
        await Task.Delay(TimeSpan.FromSeconds(31));
        await EchoAsync(call, "after");
        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task Deadline()
    {
        (await Fails(_client.UnaryAsync(new Request { Action = "hang" }, deadline: Soon).ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        (await Fails(_client.ServerStreaming(new Request { Action = "hang" }, deadline: Soon).ResponseStream.MoveNext()))
            .StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task Cancellation_reaches_the_server()
    {
        using var cancel = new CancellationTokenSource();
        ByteString id = ByteString.CopyFromUtf8("dotnet");
        using AsyncDuplexStreamingCall<Request, Response> call = _client.Duplex(cancellationToken: cancel.Token);
        await EchoAsync(call, "it runs");
        await call.RequestStream.WriteAsync(new Request { Action = "hang", Payload = id });
        await EchoAsync(call, "it hangs");

        await cancel.CancelAsync();

        (await Fails(call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _client.UnaryAsync(new Request { Action = "was-cancelled", Payload = id }, deadline: DateTime.UtcNow.AddSeconds(20));
    }

    [Fact]
    public async Task Unknown_method()
    {
        Marshaller<string> text = Marshallers.StringMarshaller;
        var method = new Method<string, string>(MethodType.Unary, "interop.v1.Interop", "Nothing", text, text);
        (await Fails(_server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, "").ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task Oversize() =>
        (await Fails(_client.UnaryAsync(new Request { Payload = ByteString.CopyFrom(new byte[(4 * 1024 * 1024) + 1]) }).ResponseAsync))
            .StatusCode.ShouldBe(StatusCode.ResourceExhausted);

    [Fact]
    public async Task The_server_killed_within_a_stream()
    {
        using AsyncDuplexStreamingCall<Request, Response> call = _client.Duplex();
        await EchoAsync(call, "alive");
        _server.Kill();
        (await Fails(call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Status_details_with_and_without_messages_before()
    {
        RpcException[] errors =
        [
            await Fails(_client.UnaryAsync(new Request { Action = "fail" }).ResponseAsync),
            await Fails(ReadAsync(_client.ServerStreaming(new Request { Action = "fail", Count = 2 }).ResponseStream)),
        ];
        foreach (RpcException error in errors)
        {
            error.Status.ShouldBe(new Status(StatusCode.PermissionDenied, Peer.RefusalMessage));
            error.Trailers.GetValueBytes("grpc-status-details-bin").ShouldBe(Peer.Details);
        }
    }

    [Fact]
    public async Task Binary_metadata()
    {
        var headers = new Metadata { { "question", "why?" }, { "question-bin", EveryByte } };
        using AsyncUnaryCall<Response> call = _client.UnaryAsync(new Request(), headers);
        Metadata answer = await call.ResponseHeadersAsync;
        answer.GetValue("question").ShouldBe("why?");
        answer.GetValueBytes("question-bin").ShouldBe(EveryByte);
    }

    [Fact]
    public async Task Health_service()
    {
        var health = new Health.HealthClient(_server.Channel);
        (await health.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        (await Fails(health.CheckAsync(new HealthCheckRequest { Service = "no.Service" }).ResponseAsync)).StatusCode.ShouldBe(StatusCode.NotFound);
        using AsyncServerStreamingCall<HealthCheckResponse> watch = health.Watch(new HealthCheckRequest());
        (await watch.ResponseStream.MoveNext()).ShouldBeTrue();
    }

    private static Task<RpcException> Fails(Task call) => Should.ThrowAsync<RpcException>(call);

    private static async Task<List<Response>> ReadAsync(IAsyncStreamReader<Response> responses)
    {
        var all = new List<Response>();
        await foreach (Response response in responses.ReadAllAsync())
        {
            all.Add(response);
        }

        return all;
    }

    private static async Task EchoAsync(AsyncDuplexStreamingCall<Request, Response> call, string text)
    {
        await call.RequestStream.WriteAsync(new Request { Payload = ByteString.CopyFromUtf8(text) });
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        call.ResponseStream.Current.Payload.ToStringUtf8().ShouldBe(text);
    }
}
