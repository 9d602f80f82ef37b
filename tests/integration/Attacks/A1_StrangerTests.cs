using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Connections;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// Attack: one address opens far more connections than the plane wants to have, and proves nothing on any of them. Members come in from other
/// addresses and from the same one. <c>bench -- strangers</c> plays it with 20,000.
/// </summary>
public sealed class A1_StrangerTests : IAsyncLifetime
{
    private const int Many = 60;
    private static readonly ConnectionLimits Small = new() { InAll = 40, Unproved = 20, UnprovedPerSource = 8 };
    private static readonly IPAddress Hostile = IPAddress.Parse("127.0.0.9");
    private static readonly IPAddress LoadBalancer = IPAddress.Parse("127.0.0.2");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly List<IDisposable> _open = [];
    private TestPlane _plane = null!;
    private TestReplica _replica = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _replica = await TestReplica.StartAsync(
            _plane,
            _plane.KubeconfigPath,
            _time,
            o => o with { ConnectionLimits = Small, TrustedProxies = [IPNetwork.Parse("127.0.0.2/32")] });
    }

    public async ValueTask DisposeAsync()
    {
        _open.ForEach(o => o.Dispose());
        await _replica.DisposeAsync();
        await _plane.DisposeAsync();
    }

    private ConnectionTable Table => _replica.Services.GetRequiredService<ConnectionTable>();

    [Fact]
    public async Task A1_members_come_in_from_other_addresses_and_the_same_while_one_holds_connections()
    {
        foreach (string kind in (string[])["silent TCP", "half a ClientHello", "TLS without a preface", "health watches", "calls without a body"])
        {
            for (int i = 0; i < Many; i++)
            {
                await StrangerAsync(kind, Hostile);
            }

            await Eventually.Is(() => Table.Unproved <= Small.UnprovedPerSource + 6, $"{kind}: the oldest connections are closed");

            await JoinAsync($"elsewhere-{kind.Length}", Channel(IPAddress.Parse("127.0.0.3")));
            await JoinAsync($"same-{kind.Length}", Channel(Hostile));
            await IsHealthyAsync(Channel(IPAddress.Parse("127.0.0.4")));
        }
    }

    [Fact]
    public async Task A1_the_address_is_the_one_that_the_load_balancer_says()
    {
        IPAddress hostile = IPAddress.Parse("2001:db8::1");
        for (int i = 0; i < Many; i++)
        {
            byte[] last = [.. hostile.GetAddressBytes().AsSpan(0, 15), (byte)i];
            await StrangerAsync("silent TCP", LoadBalancer, ProxyHeaders.For(new IPAddress(last), 1));
        }

        await Eventually.Is(() => Table.Unproved <= Small.UnprovedPerSource + 2, "the /64 counts as one");
        await JoinAsync("behind", ProxyHeaders.Channel(_replica.Address, Authority(), LoadBalancer, ProxyHeaders.For(IPAddress.Parse("192.0.2.1"), 1)));
    }

    [Fact]
    public async Task A1_many_addresses_do_not_close_a_session_and_do_not_keep_its_address_from_coming_back()
    {
        IPAddress home = IPAddress.Parse("127.0.0.3");
        (TestAgent agent, TestSession session) = await JoinAsync("member", Channel(home));
        for (int i = 0; i < Many; i++)
        {
            await StrangerAsync("silent TCP", IPAddress.Parse($"127.0.1.{i + 1}"));
        }

        await Eventually.Is(() => Table.Unproved <= Small.Unproved, "the oldest connections are closed");
        await session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        await session.NextAsync(PlaneMessage.MessageOneofCase.Heartbeat);
        await JoinAsync("neighbour", Channel(home));
        agent.Registration.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A1_a_connection_on_which_nothing_happens_is_closed()
    {
        TcpClient silent = await StrangerAsync("TLS without a preface", Hostile);
        Task<bool> ended = HasEndedAsync(silent);

        await Eventually.Is(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                return ended.IsCompleted;
            },
            "the idle connection is closed");
        (await ended).ShouldBeTrue();
    }

    private async Task<(TestAgent Agent, TestSession Session)> JoinAsync(string name, GrpcChannel channel)
    {
        TestAgent agent = _plane.Agent(name, through: channel, now: _time.GetUtcNow());

        // As an agent does: its first connection may be the oldest one of its address while strangers still come.
        await Eventually.Is(async () => (await agent.AuthorizeAsync()).Token.Length > 0, $"{name} is admitted");
        await agent.RegisterAsync();
        TestSession session = await agent.ConnectAsync();
        _open.Add(session);
        await session.NextAsync(PlaneMessage.MessageOneofCase.Established);
        return (agent, session);
    }

    private static async Task IsHealthyAsync(GrpcChannel channel) =>
        (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);

    private GrpcChannel Channel(IPAddress from)
    {
        GrpcChannel channel = ProxyHeaders.Channel(_replica.Address, Authority(), from, null);
        _open.Add(channel);
        return channel;
    }

    private string Authority() => _replica.CertificateAuthorityPath;

    private async Task<TcpClient> StrangerAsync(string kind, IPAddress from, byte[]? header = null)
    {
        var client = new TcpClient(new IPEndPoint(from, 0));
        _open.Add(client);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _replica.Address.Port);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(header ?? []);
            switch (kind)
            {
                case "half a ClientHello":
                    await stream.WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1 });
                    break;
                case "TLS without a preface":
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
                    {
                        TargetHost = "localhost",
                        ApplicationProtocols = [SslApplicationProtocol.Http2],
                        RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                    });
                    break;
                case "health watches":
                    AsyncServerStreamingCall<HealthCheckResponse> watch = new Health.HealthClient(Channel(from)).Watch(new HealthCheckRequest());
                    _open.Add(watch);
                    await watch.ResponseStream.MoveNext(CancellationToken.None);
                    break;
                case "calls without a body":
                    _open.Add(new WorkloadSessionService.WorkloadSessionServiceClient(Channel(from)).Connect());
                    break;
                default:
                    break;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or RpcException)
        {
            // It was closed for others.
        }

        return client;
    }

    private static async Task<bool> HasEndedAsync(TcpClient client)
    {
        try
        {
            // What the plane says first (SETTINGS of HTTP/2) is no end.
            byte[] buffer = new byte[4096];
            while (await client.GetStream().ReadAsync(buffer) > 0)
            {
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
