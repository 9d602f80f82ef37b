using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

/// <summary>What a server, or a proxy, that isn't ours may answer.</summary>
public class ForeignServerTests
{
    private static readonly Method<byte[], byte[]> Foreign = new(
        MethodType.Unary,
        "foreign.Server",
        "Method",
        TestMethods.UnaryMethod.RequestMarshaller,
        TestMethods.UnaryMethod.ResponseMarshaller);

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(418, StatusCode.Unknown)]
    [InlineData(301, StatusCode.Unknown)]
    public async Task An_HTTP_status_becomes_a_status(int http, StatusCode expected) => await Expect(expected, context =>
    {
        context.Response.StatusCode = http;
        return Task.CompletedTask;
    });

    [Fact]
    public async Task Something_else_than_gRPC_is_named() =>
        (await Expect(StatusCode.Unknown, context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html>");
        })).Status.Detail.ShouldContain("text/html");

    [Fact]
    public async Task A_response_without_a_status_is_unknown() =>
        await Expect(StatusCode.Unknown, context => Answer(context, RawClient.Frame([1]), null));

    [Theory]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("zero")]
    public async Task A_status_that_does_not_exist_is_unknown(string status) =>
        await Expect(StatusCode.Unknown, context => Answer(context, [], status));

    [Fact]
    public async Task Success_without_a_message_is_internal() =>
        await Expect(StatusCode.Internal, context => Answer(context, [], "0"));

    [Fact]
    public async Task A_second_message_is_internal() =>
        await Expect(StatusCode.Internal, context => Answer(context, [.. RawClient.Frame([1]), .. RawClient.Frame([2])], "0"));

    [Fact]
    public async Task A_status_after_a_message_counts() =>
        await Expect(StatusCode.DataLoss, context => Answer(context, RawClient.Frame([1]), "15"));

    [Fact]
    public async Task An_encoding_that_was_not_offered_is_internal() => await Expect(StatusCode.Internal, context =>
    {
        context.Response.Headers["grpc-encoding"] = "br";
        return Answer(context, RawClient.Frame([1]), "0");
    });

    [Theory]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xB, StatusCode.ResourceExhausted)]
    [InlineData(0xC, StatusCode.PermissionDenied)]
    public async Task A_reset_stream_becomes_a_status(int errorCode, StatusCode expected) => await Expect(expected, async context =>
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode);
    });

    [Fact]
    public async Task Whatever_the_bytes_are_the_call_fails_with_a_status()
    {
        var random = new Random(20260103);
        byte[] body = [];
        await using GrpcTestServer server = await StartAsync(context => Answer(context, body, "0"));
        TestClient client = server.Client();
        for (int i = 0; i < 200; i++)
        {
            body = new byte[random.Next(1, 40)];
            random.NextBytes(body);
            body[0] = (byte)(1 + (i % 3));
            await Should.ThrowAsync<RpcException>(async () => await client.Call(Foreign, []), Convert.ToHexString(body));
        }
    }

    private static async Task<RpcException> Expect(StatusCode expected, RequestDelegate answer)
    {
        await using GrpcTestServer server = await StartAsync(answer);
        RpcException error = await Should.ThrowAsync<RpcException>(async () => await server.Client().Call(Foreign, []));
        error.StatusCode.ShouldBe(expected, error.Status.Detail);
        return error;
    }

    private static Task<GrpcTestServer> StartAsync(RequestDelegate answer) =>
        GrpcTestServer.StartAsync(new TestMethods(), routes: application => application.MapPost(Foreign.FullName, answer));

    private static async Task Answer(HttpContext context, byte[] body, string? status)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(body);
        await context.Response.Body.FlushAsync();
        if (status is not null)
        {
            context.Response.AppendTrailer("grpc-status", status);
        }
    }
}
