using Grpc.AspNetCore.Server;
using Grpc.Core;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

public class MetadataTests
{
    [Fact]
    public async Task Headers_and_trailers_travel_both_ways()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Unary = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata
                {
                    { "answer", context.RequestHeaders.GetValue("question")! },
                    { "answer-bin", context.RequestHeaders.GetValueBytes("question-bin")! },
                });
                context.ResponseTrailers.Add("at-the-end", "yes");
                context.ResponseTrailers.Add("at-the-end-bin", [0, 255]);
                return request;
            },
        });
        byte[] everyByte = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var headers = new Metadata { { "Question", "how, exactly? ~!" }, { "question-bin", everyByte } };

        using AsyncUnaryCall<byte[]> call = server.Client().Unary([1], new CallOptions(headers));
        await call;

        Metadata answer = await call.ResponseHeadersAsync;
        answer.GetValue("answer").ShouldBe("how, exactly? ~!");
        answer.GetValueBytes("answer-bin").ShouldBe(everyByte);
        call.GetTrailers().GetValue("AT-THE-END").ShouldBe("yes");
        call.GetTrailers().GetValueBytes("at-the-end-bin").ShouldBe([0, 255]);
    }

    [Fact]
    public async Task Headers_arrive_before_the_first_message()
    {
        var release = new TaskCompletionSource();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Duplex = async (_, _, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "early", "1" } });
                await release.Task;
            },
        });
        using AsyncDuplexStreamingCall<byte[], byte[]> call = server.Client().Duplex();

        (await call.ResponseHeadersAsync).GetValue("early").ShouldBe("1");
        release.SetResult();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task Several_binary_values_of_one_key_arrive_apart()
    {
        IReadOnlyList<byte[]> seen = [];
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Unary = (request, context) =>
            {
                seen = [.. context.RequestHeaders.GetAll("x-bin").Select(e => e.ValueBytes)];
                return Task.FromResult(request);
            },
        });

        await server.Client().Unary([], new CallOptions(new Metadata { { "x-bin", [1] }, { "x-bin", [] }, { "x-bin", [2, 3] } }));

        seen.Count.ShouldBe(3);
        seen[0].ShouldBe([1]);
        seen[1].ShouldBeEmpty();
        seen[2].ShouldBe([2, 3]);
    }

    [Fact]
    public async Task The_method_sees_who_calls_what()
    {
        (string Method, string Host, string Peer) seen = default;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Unary = (request, context) =>
            {
                seen = (context.Method, context.Host, context.Peer);
                context.GetHttpContext().Request.Path.Value.ShouldBe(context.Method);
                return Task.FromResult(request);
            },
        });

        await server.Client().Unary([]);

        seen.Method.ShouldBe("/test.v1.Test/Unary");
        seen.Host.ShouldBe(server.Address.Authority);
        seen.Peer.ShouldStartWith("ipv4:127.0.0.1:");
    }

    [Fact]
    public async Task More_metadata_than_allowed_is_refused()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        var headers = new Metadata { { "big", new string('x', 17 * 1024) } };

        RpcException error = await Should.ThrowAsync<RpcException>(async () => await server.Client().Unary([], new CallOptions(headers)));

        error.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        error.Status.Detail.ShouldContain(nameof(GrpcServiceOptions.MaxMetadataSize));
    }

    [Theory]
    [InlineData("grpc-timeout")]
    [InlineData("content-type")]
    [InlineData("te")]
    public async Task Headers_of_the_protocol_cannot_be_sent_as_metadata(string key)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        Should.Throw<ArgumentException>(() => server.Client().Unary([], new CallOptions(new Metadata { { key, "x" } })));
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("ümlaut")]
    [InlineData("line\nbreak")]
    [InlineData("colon:")]
    public void A_key_has_only_the_characters_of_the_specification(string key) =>
        Should.Throw<ArgumentException>(() => new Metadata.Entry(key, "x"));

    [Theory]
    [InlineData("line\r\nbreak: 1")]
    [InlineData("ümlaut")]
    [InlineData("\0")]
    [InlineData("\u007f")]
    public void A_text_value_is_printable_ASCII(string value) =>
        Should.Throw<ArgumentException>(() => new Metadata.Entry("key", value));

    [Fact]
    public void Text_and_bytes_are_told_apart_by_the_key()
    {
        Should.Throw<ArgumentException>(() => new Metadata.Entry("x-bin", "text"));
        Should.Throw<ArgumentException>(() => new Metadata.Entry("x", [1]));
        Should.Throw<InvalidOperationException>(() => new Metadata.Entry("x-bin", [1]).Value);
        new Metadata.Entry("x", "a").ValueBytes.ShouldBe("a"u8.ToArray());
    }

    [Fact]
    public void Metadata_is_a_list_that_can_be_frozen()
    {
        var metadata = new Metadata { { "a", "1" }, { "b", "2" }, { "a", "3" } };
        metadata.GetValue("A").ShouldBe("3");
        metadata.GetAll("a").Select(e => e.Value).ShouldBe(["1", "3"]);
        metadata.Remove(metadata[0]).ShouldBeTrue();
        metadata.Count.ShouldBe(2);
        Should.Throw<InvalidOperationException>(() => Metadata.Empty.Add("a", "1"));
    }
}
