using Grpc.Core;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

public class ErrorTests
{
    [Fact]
    public async Task An_exception_of_a_method_is_unknown_and_keeps_its_text_to_itself()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Unary = (_, _) => throw new InvalidOperationException("password=hunter2") });
        server.Log.Expect("hunter2");

        RpcException error = await Should.ThrowAsync<RpcException>(async () => await server.Client().Unary([]));

        error.StatusCode.ShouldBe(StatusCode.Unknown);
        error.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Detailed_errors_are_a_choice()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Unary = (_, _) => throw new InvalidOperationException("what happened") }, o => o.EnableDetailedErrors = true);
        server.Log.Expect("what happened");

        (await Should.ThrowAsync<RpcException>(async () => await server.Client().Unary([]))).Status.Detail.ShouldContain("what happened");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("100 % größer – 日本語 🚀")]
    [InlineData("two\r\nlines: %0A %zz %")]
    public async Task The_message_of_a_status_arrives_as_it_was(string message)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Unary = (_, _) => throw new RpcException(new Status(StatusCode.FailedPrecondition, message)) });

        RpcException error = await Should.ThrowAsync<RpcException>(async () => await server.Client().Unary([]));

        error.Status.ShouldBe(new Status(StatusCode.FailedPrecondition, message));
    }

    [Fact]
    public async Task A_status_set_on_the_context_ends_the_call()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Unary = (request, context) =>
            {
                context.Status = new Status(StatusCode.OutOfRange, "too far");
                return Task.FromResult(request);
            },
        });

        (await Should.ThrowAsync<RpcException>(async () => await server.Client().Unary([]))).Status
            .ShouldBe(new Status(StatusCode.OutOfRange, "too far"));
    }

    [Fact]
    public async Task A_method_that_returns_null_is_an_error_of_the_server()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Unary = (_, _) => Task.FromResult<byte[]>(null!) });
        server.Log.Expect("returned null");

        (await Should.ThrowAsync<RpcException>(async () => await server.Client().Unary([]))).StatusCode.ShouldBe(StatusCode.Unknown);
    }

    [Theory]
    [InlineData("test.v1.Test", "Other")]
    [InlineData("other.v1.Other", "Unary")]
    public async Task What_the_server_does_not_have_is_unimplemented(string service, string name)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        Marshaller<byte[]> bytes = TestMethods.UnaryMethod.RequestMarshaller;
        var method = new Method<byte[], byte[]>(MethodType.Unary, service, name, bytes, bytes);

        (await Should.ThrowAsync<RpcException>(async () => await server.Client().Call(method, []))).StatusCode
            .ShouldBe(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task Every_kind_ends_with_the_status_that_its_method_throws()
    {
        var refusal = new RpcException(new Status(StatusCode.PermissionDenied, "no"), new Metadata { { "why", "because" } });
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Server = (_, _, _) => throw refusal,
            Client = (_, _) => throw refusal,
            Duplex = (_, _, _) => throw refusal,
        });
        TestClient client = server.Client();
        using AsyncDuplexStreamingCall<byte[], byte[]> duplex = client.Duplex();

        (await Should.ThrowAsync<RpcException>(() => client.Server([]).ResponseStream.MoveNext())).Trailers.GetValue("why").ShouldBe("because");
        (await Should.ThrowAsync<RpcException>(async () => await client.Client())).StatusCode.ShouldBe(StatusCode.PermissionDenied);
        (await Should.ThrowAsync<RpcException>(() => duplex.ResponseStream.MoveNext())).Status.Detail.ShouldBe("no");
        (await Should.ThrowAsync<RpcException>(() => duplex.ResponseHeadersAsync)).StatusCode.ShouldBe(StatusCode.PermissionDenied);
        (await Should.ThrowAsync<RpcException>(() => duplex.RequestStream.WriteAsync([1]))).StatusCode.ShouldBe(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_internal()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, "grpc.health.v1.Health", "Check", TestMethods.UnaryMethod.RequestMarshaller, TestMethods.UnaryMethod.RequestMarshaller);

        (await Should.ThrowAsync<RpcException>(async () => await server.Client().Call(method, [0xFF, 0xFF]))).StatusCode
            .ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public void Asking_how_a_running_call_ended_is_a_mistake()
    {
        using var call = new AsyncUnaryCall<string>(
            Task.FromResult(""), Task.FromResult(Metadata.Empty), () => throw new InvalidOperationException(), () => Metadata.Empty, () => { });
        Should.Throw<InvalidOperationException>(() => call.GetStatus());
    }
}
