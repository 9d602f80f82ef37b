using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Onboarding.Client;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Keys;
using Onboarding.Client.State;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>What a person is told when something other than the endpoint answers: what it is, and nothing of the libraries' own words.</summary>
public sealed class TransportFailureTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly TestCertificates _certificates = new();

    public void Dispose()
    {
        _log.Dispose();
        _certificates.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task B8e_a_web_server_is_told_by_its_answer()
    {
        await using WebApplication server = await StartAsync(HttpProtocols.Http2, http =>
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<h1>no healthy upstream</h1>");
        });

        string message = await FailureAsync(PortOf(server));

        message.ShouldBeGolden();
        message.ShouldNotContain("upstream");
    }

    [Fact]
    public async Task B8e_a_server_without_HTTP_2_is_told()
    {
        await using WebApplication server = await StartAsync(HttpProtocols.Http1, http => http.Response.WriteAsync("hello"));

        (await FailureAsync(PortOf(server))).ShouldContain("HTTP/2");
    }

    // What a load balancer does that ends TLS and wasn't told of HTTP/2.
    [Fact]
    public async Task B8e_TLS_that_ends_without_ALPN_is_told_with_the_remedy()
    {
        using X509Certificate2 certificate = _certificates.Server("localhost", "127.0.0.1");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Task serving = ServeTlsAsync(listener, certificate);
        File.WriteAllText(_directory["ca.pem"], _certificates.AuthorityPem);
        File.WriteAllText(_directory["machine-id"], "0123456789abcdef0123456789abcdef\n");
        using StateDirectory state = StateDirectory.Open(_directory["state"], "process");
        using AgentKey key = new AgentKeyStore(state, _directory["machine-id"]).LoadOrCreate();
        using PlaneChannel channel = PlaneChannel.Open(RunningAgent.Onboarding(_directory, port).OnboardingEndpoint, TimeProvider.System);

        OnboardingException failure = await Should.ThrowAsync<OnboardingException>(
            () => new PlaneClient(channel, key, TimeProvider.System, "v1").GetPlaneAsync(CancellationToken.None));

        failure.ErrorId.ShouldBe(ErrorIds.EndpointUnreachable);
        failure.Message.ShouldContain("ALPN");
        failure.NextStep.ShouldContain($"openssl s_client -connect localhost:{port} -alpn h2");
        listener.Stop();
        await serving;
    }

    [Fact]
    public async Task A_message_that_is_none_is_told()
    {
        await using WebApplication server = await StartAsync(HttpProtocols.Http2, async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF });
            http.Response.AppendTrailer("grpc-status", "0");
        });

        (await FailureAsync(PortOf(server))).ShouldBeGolden();
    }

    [Fact]
    public async Task A_compressed_answer_is_not_unpacked()
    {
        await using WebApplication server = await StartAsync(HttpProtocols.Http2, async http =>
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers.GrpcEncoding = "gzip";
            await http.Response.Body.WriteAsync(new byte[] { 1, 0, 0, 0, 1, 0 });
            http.Response.AppendTrailer("grpc-status", "0");
        });

        (await FailureAsync(PortOf(server))).ShouldContain("a compressed message");
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    public async Task A_port_that_speaks_something_else_is_told(string greeting)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeAsync(listener, greeting);

        string message = await FailureAsync(((IPEndPoint)listener.LocalEndpoint).Port);

        message.ShouldContain("can't be reached: ");
        listener.Stop();
        await serving;
    }

    [Fact]
    public async Task A_plane_that_never_answers_is_given_up_by_the_monotonic_clock()
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        await using WebApplication server = await StartAsync(HttpProtocols.Http2, http =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        File.WriteAllText(_directory["ca.pem"], _certificates.AuthorityPem);
        File.WriteAllText(_directory["machine-id"], "0123456789abcdef0123456789abcdef\n");
        using StateDirectory state = StateDirectory.Open(_directory["state"], "process");
        using AgentKey key = new AgentKeyStore(state, _directory["machine-id"]).LoadOrCreate();
        using PlaneChannel channel = PlaneChannel.Open(RunningAgent.Onboarding(_directory, PortOf(server)).OnboardingEndpoint, time);
        var client = new PlaneClient(channel, key, time, "v1");

        Task<Onboarding.Api.Rpc.Plane> call = client.GetPlaneAsync(CancellationToken.None);
        await asked.Task.WaitAsync(Eventually.Patience);
        call.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(20));

        (await Should.ThrowAsync<OnboardingException>(() => call)).Message.ShouldBeGolden();
    }

    [Fact]
    public void A_machine_that_lost_its_network_notices_within_a_minute()
    {
        using SocketsHttpHandler handler = KeptAliveConnections.Handler();
        (handler.KeepAlivePingDelay + handler.KeepAlivePingTimeout).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        handler.KeepAlivePingPolicy.ShouldBe(HttpKeepAlivePingPolicy.WithActiveRequests);
    }

    private async Task<string> FailureAsync(int port)
    {
        await using FakePlane plane = await FakePlane.StartAsync(certificates: new TestCertificates());
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        File.WriteAllText(_directory["ca.pem"], _certificates.AuthorityPem);
        await using RunningAgent agent = RunningAgent.Start(options with { Onboarding = RunningAgent.Onboarding(_directory, port) });
        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Properties["errorId"].ShouldBe(ErrorIds.EndpointUnreachable);
        failed.Properties["nextStep"].ShouldContain($"localhost:{port}");
        foreach (string raw in (string[])["Exception", "gRPC call", "Status(", "StatusCode", "SSL", "HttpHandler"])
        {
            failed.Message.ShouldNotContain(raw);
        }

        return failed.Message;
    }

    private static int PortOf(WebApplication server) => new Uri(
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    private static async Task ServeAsync(TcpListener listener, string greeting)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(greeting));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private static async Task ServeTlsAsync(TcpListener listener, X509Certificate2 certificate)
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(certificate);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException or IOException)
        {
            // The test is over.
        }
    }

    private async Task<WebApplication> StartAsync(HttpProtocols protocols, RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(_certificates.Server("localhost", "127.0.0.1"));
        }));
        WebApplication application = builder.Build();
        application.Run(answer);
        await application.StartAsync();
        return application;
    }
}
