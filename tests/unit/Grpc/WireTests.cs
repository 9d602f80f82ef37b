using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

/// <summary>What a client that isn't ours may send.</summary>
public class WireTests
{
    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpcfoo", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc+proto", HttpStatusCode.OK)]
    [InlineData("application/grpc; charset=utf-8", HttpStatusCode.OK)]
    public async Task Only_gRPC_content_types_are_served(string contentType, HttpStatusCode expected)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        RawAnswer answer = await RawClient.SendAsync(server, RawClient.Frame([1]), r => r.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType));
        answer.HttpStatus.ShouldBe(expected);
    }

    [Fact]
    public async Task HTTP_1_is_not_served()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        RawAnswer answer = await RawClient.SendAsync(server, RawClient.Frame([1]), r => r.Version = HttpVersion.Version11);
        answer.HttpStatus.ShouldBe(HttpStatusCode.UpgradeRequired);
    }

    [Fact]
    public async Task A_compressed_message_is_accepted_when_it_is_announced()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        byte[] frame = RawClient.Frame(Compress([1, 2, 3]), flag: 1);

        (await RawClient.SendAsync(server, frame, r => r.Headers.Add("grpc-encoding", "gzip"))).Status.ShouldBe("0");
        (await RawClient.SendAsync(server, frame)).Status.ShouldBe("13");
        (await RawClient.SendAsync(server, RawClient.Frame([1, 2, 3], flag: 1), r => r.Headers.Add("grpc-encoding", "gzip"))).Status.ShouldBe("13");
    }

    [Fact]
    public async Task A_compression_bomb_is_stopped_at_the_message_limit()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        byte[] frame = RawClient.Frame(Compress(new byte[64 * 1024 * 1024]), flag: 1);
        frame.Length.ShouldBeLessThan(100_000);

        (await RawClient.SendAsync(server, frame, r => r.Headers.Add("grpc-encoding", "gzip"))).Status.ShouldBe("8");
    }

    [Fact]
    public async Task An_encoding_that_is_not_supported_is_unimplemented_and_the_answer_says_what_is()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        RawAnswer answer = await RawClient.SendAsync(server, RawClient.Frame([1]), r => r.Headers.Add("grpc-encoding", "br"));

        answer.Status.ShouldBe("12");
        answer.Header("grpc-accept-encoding").ShouldBe("identity,gzip");
    }

    [Theory]
    [InlineData("1x")]
    [InlineData("S")]
    [InlineData("123456789S")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData("1.5S")]
    public async Task A_timeout_that_cannot_be_read_is_refused(string timeout)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        (await RawClient.SendAsync(server, RawClient.Frame([1]), r => r.Headers.Add("grpc-timeout", timeout))).Status.ShouldBe("13");
    }

    [Theory]
    [InlineData("99999999H")]
    [InlineData("60M")]
    [InlineData("99999999m")]
    public async Task Every_unit_of_a_timeout_is_understood(string timeout)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        (await RawClient.SendAsync(server, RawClient.Frame([1]), r => r.Headers.Add("grpc-timeout", timeout))).Status.ShouldBe("0");
    }

    [Theory]
    [InlineData("1n")]
    [InlineData("1u")]
    public async Task A_timeout_that_is_over_at_once_is_exceeded(string timeout)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Unary = async (r, context) => { await Task.Delay(-1, context.CancellationToken); return r; } });
        (await RawClient.SendAsync(server, RawClient.Frame([1]), r => r.Headers.Add("grpc-timeout", timeout))).Status.ShouldBe("4");
    }

    [Theory]
    [InlineData("AQI=", "0")]
    [InlineData("AQI", "0")]
    [InlineData("AQI, AQ==", "0")]
    [InlineData("A", "13")]
    [InlineData("!!!!", "13")]
    public async Task Binary_metadata_is_base64_with_or_without_padding(string value, string status)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        (await RawClient.SendAsync(server, RawClient.Frame([1]), r => r.Headers.TryAddWithoutValidation("x-bin", value))).Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_unary_call_has_exactly_one_message()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        (await RawClient.SendAsync(server, [])).Status.ShouldBe("13");
        (await RawClient.SendAsync(server, [.. RawClient.Frame([1]), .. RawClient.Frame([2])])).Status.ShouldBe("13");
        (await RawClient.SendAsync(server, RawClient.Frame([1])[..^1])).Status.ShouldBe("13");
        (await RawClient.SendAsync(server, RawClient.Frame([1], flag: 2))).Status.ShouldBe("13");
    }

    [Fact]
    public async Task A_length_is_refused_before_its_bytes_are_waited_for()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        (await RawClient.SendAsync(server, [0, 0xFF, 0xFF, 0xFF, 0xFF])).Status.ShouldBe("8");
    }

    [Fact]
    public async Task Whatever_the_bytes_are_the_answer_is_a_status()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        var random = new Random(20260102);
        for (int i = 0; i < 300; i++)
        {
            byte[] body = new byte[random.Next(64)];
            random.NextBytes(body);
            if (body.Length > 5 && i % 2 == 0)
            {
                // Near-misses get further than noise.
                body[0] = (byte)random.Next(3);
                BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), body.Length - 5 + random.Next(-2, 3));
            }

            string path = i % 3 == 0 ? "/test.v1.Test/Duplex" : i % 3 == 1 ? "/grpc.health.v1.Health/Check" : "/test.v1.Test/Unary";
            RawAnswer answer = await RawClient.SendAsync(server, body, r => r.Headers.Add("grpc-encoding", "gzip"), path);
            answer.HttpStatus.ShouldBe(HttpStatusCode.OK);
            int.Parse(answer.Status!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(0, 16, Convert.ToHexString(body));
        }
    }

    private static byte[] Compress(byte[] message)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal))
        {
            gzip.Write(message);
        }

        return target.ToArray();
    }
}
