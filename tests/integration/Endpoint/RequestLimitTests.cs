using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Onboarding.Endpoint.Hosting.Requests;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>
/// What any stranger can send to the endpoint's port: each is refused with a status, ends only its own call, and writes neither an error nor
/// a stack trace into the log.
/// </summary>
public sealed class RequestLimitTests : IAsyncLifetime
{
    private const string Unary = "/onboarding.v1alpha1.OnboardingDiscoveryService/GetPlane";
    private const string ServerStreaming = "/grpc.health.v1.Health/Watch";
    private readonly FakeTimeProvider _clock = new();
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync(options: o => o with { CallClock = _clock });

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task A_message_larger_than_allowed_is_refused()
    {
        (await SendAsync(Frame(new byte[(256 * 1024) + 1]))).ShouldBe(StatusCode.ResourceExhausted);
        (await SendAsync([0, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3])).ShouldBe(StatusCode.ResourceExhausted, "not waited for");
        await NothingLoggedAsync();
    }

    [Fact]
    public async Task A_compressed_message_is_not_unpacked()
    {
        // 16 MB in less than 256 kB: the limit on a message would be kept by what arrives, and the plane's memory would not.
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[16 * 1024 * 1024]);
        }

        (await SendAsync(Frame(packed.ToArray(), flag: 1), r => r.Headers.TryAddWithoutValidation("grpc-encoding", "gzip")))
            .ShouldBe(StatusCode.Unimplemented);
        await NothingLoggedAsync();
    }

    [Fact]
    public async Task More_metadata_than_allowed_is_refused_with_a_status()
    {
        (await SendAsync(Frame([]), r => r.Headers.TryAddWithoutValidation("x-large", new string('a', 40 * 1024))))
            .ShouldBe(StatusCode.ResourceExhausted);
        (await SendAsync(Frame([]), r => r.Headers.TryAddWithoutValidation("x-large", new string('a', 20 * 1024)))).ShouldBe(StatusCode.OK);
        await NothingLoggedAsync();
    }

    [Theory]
    [InlineData("x-bin", "!")]
    [InlineData("x-bin", "AAAA,AAAA=")]
    [InlineData("x-bin", "A")]
    [InlineData("x!y", "a")]
    public async Task Metadata_that_is_none_is_refused(string name, string value)
    {
        (await SendAsync(Frame([]), r => r.Headers.TryAddWithoutValidation(name, value))).ShouldBe(StatusCode.InvalidArgument);
        await NothingLoggedAsync();
    }

    [Theory]
    [InlineData("x-bin", "AAAA")]
    [InlineData("x-bin", "AA")]
    [InlineData("X_Y.z-1", "a, b")]
    public async Task Metadata_that_gRPC_allows_passes(string name, string value) =>
        (await SendAsync(Frame([]), r => r.Headers.TryAddWithoutValidation(name, value))).ShouldBe(StatusCode.OK);

    [Theory]
    [InlineData(Unary, 0)]
    [InlineData(Unary, 3)]
    [InlineData(ServerStreaming, 3)]
    public async Task A_request_that_does_not_arrive_in_time_ends_its_call_and_not_the_connection(string path, int sent)
    {
        using HttpMessageInvoker client = Client();
        using var never = new NeverWhole(sent);

        Task<StatusCode?> call = SendAsync(client, path, never);
        await Eventually.Is(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
                return call.IsCompleted;
            },
            "the end of the call");

        (await call).ShouldBe(StatusCode.DeadlineExceeded);
        (await SendAsync(client, Unary, new ByteArrayContent(Frame([])))).ShouldBe(StatusCode.OK);
        await NothingLoggedAsync();
    }

    [Fact]
    public async Task Broken_frames_and_messages_are_answered_and_not_logged()
    {
        byte[][] bodies =
        [
            [], [0], [0, 0, 0, 0], [2, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0, 0x80, 0, 0, 0], [1, 0, 0, 0, 1, 9],
            Frame([0xFF, 0xFF, 0xFF]), [.. Frame([]), .. Frame([])], [.. Frame([]), 7],
        ];
        foreach (string path in (string[])[Unary, ServerStreaming, TestAgent.RegisterMethod, "/onboarding.v1alpha1.WorkloadSessionService/Connect"])
        {
            foreach (byte[] body in bodies)
            {
                (await SendAsync(body, path: path)).ShouldNotBe(StatusCode.OK, $"{path} {Convert.ToHexString(body)}");
            }
        }

        await NothingLoggedAsync();
    }

    [Fact]
    public async Task A_caller_that_hangs_up_within_its_request_is_not_logged()
    {
        for (int i = 0; i < 10; i++)
        {
            using HttpMessageInvoker client = Client();
            using var never = new NeverWhole(3);
            Task<StatusCode?> call = SendAsync(client, Unary, never);
            await never.Sent;
            client.Dispose();
            await Should.ThrowAsync<Exception>(() => call);
        }

        await NothingLoggedAsync();
    }

    [Fact]
    public void A_machine_that_vanished_is_noticed_within_a_minute()
    {
        Http2Limits limits = _plane.Endpoint.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.Http2;
        (limits.KeepAlivePingDelay + limits.KeepAlivePingTimeout).ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_fault_of_a_method_is_logged_once_and_its_text_stays_here()
    {
        using var log = new TestLog();
        log.Expect("password=hunter2");
        var faults = new MethodFaults(log.CreateLogger<MethodFaults>());

        RpcException told = await Should.ThrowAsync<RpcException>(() => faults.UnaryServerHandler<Rpc.Plane, Rpc.Plane>(
            new Rpc.Plane(), new TestCall("token"), (_, _) => throw new InvalidOperationException("password=hunter2")));

        told.StatusCode.ShouldBe(StatusCode.Internal);
        told.Status.Detail.ShouldBeGolden();
        log.Entries.Single().Level.ShouldBe(LogLevel.Error);
    }

    private static byte[] Frame(byte[] message, byte flag = 0)
    {
        byte[] frame = [flag, .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(message.Length)), .. message];
        return frame;
    }

    // A call after it, so that what the server has to say of the one before has been said.
    private async Task NothingLoggedAsync()
    {
        (await _plane.Agent().GetPlaneAsync()).Uid.ShouldBe(TestPlane.Uid);
        _plane.Log.Entries.Where(e => e.Level >= LogLevel.Information && e.Category.StartsWith("Grpc", StringComparison.Ordinal)).ShouldBeEmpty();
        _plane.Log.Entries.Where(e => e.Level >= LogLevel.Error).ShouldBeEmpty();
    }

    private async Task<StatusCode?> SendAsync(byte[] body, Action<HttpRequestMessage>? change = null, string path = Unary)
    {
        using HttpMessageInvoker client = Client();
        return await SendAsync(client, path, new ByteArrayContent(body), change);
    }

    private async Task<StatusCode?> SendAsync(
        HttpMessageInvoker client, string path, HttpContent content, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_plane.Endpoint.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        change?.Invoke(request);
        using HttpResponseMessage response = await client.SendAsync(request, CancellationToken.None);
        await response.Content.ReadAsByteArrayAsync();
        HttpResponseHeaders where = response.TrailingHeaders.Contains("grpc-status") ? response.TrailingHeaders : response.Headers;
        return where.TryGetValues("grpc-status", out IEnumerable<string>? values) ? Enum.Parse<StatusCode>(values.Single()) : null;
    }

    private HttpMessageInvoker Client()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(_plane.CertificateAuthorityPath);
        return new HttpMessageInvoker(
            new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } });
    }

    /// <summary>The beginning of a message, and never its end.</summary>
    private sealed class NeverWhole(int sent) : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Sent => _sent.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[sent]);
            await stream.FlushAsync();
            _sent.TrySetResult();
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _end.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
