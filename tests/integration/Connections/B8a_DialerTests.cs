using System.Net;
using System.Net.Sockets;
using Onboarding.Connections;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Connections;

/// <summary>Several addresses, some of which don't answer (RFC 8305).</summary>
public sealed class B8a_DialerTests : IDisposable
{
    private static readonly IPAddress Silent = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Closed = IPAddress.Parse("127.0.0.3");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];

    public B8a_DialerTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _sockets.ForEach(s => s.Dispose());
        _listener.Dispose();
    }

    [Fact]
    public async Task An_address_that_drops_packets_costs_one_delay_and_no_more()
    {
        await DropPacketsAsync();
        var time = new FakeTimeProvider();

        Task<Socket> dialling = Dialer.ConnectAsync([Silent, IPAddress.Loopback], Port, time, CancellationToken.None);
        dialling.IsCompleted.ShouldBeFalse("the second is tried after the first was given its time");
        time.Advance(TimeSpan.FromMilliseconds(250));

        using Socket socket = await dialling.WaitAsync(Eventually.Patience);
        ((IPEndPoint)socket.RemoteEndPoint!).Address.ShouldBe(IPAddress.Loopback);
    }

    [Fact]
    public async Task An_address_that_refuses_costs_nothing()
    {
        using Socket socket = await Dialer.ConnectAsync([Closed, IPAddress.Loopback], Port, new FakeTimeProvider(), CancellationToken.None)
            .WaitAsync(Eventually.Patience);
        ((IPEndPoint)socket.RemoteEndPoint!).Address.ShouldBe(IPAddress.Loopback);
    }

    [Fact]
    public async Task All_addresses_are_told_when_none_answers()
    {
        IPAddress other = IPAddress.Parse("127.0.0.4");
        SocketException failure = await Should.ThrowAsync<SocketException>(
            () => Dialer.ConnectAsync([Closed, other], Port, TimeProvider.System, CancellationToken.None));

        failure.SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
        failure.Message.ShouldContain("127.0.0.3: ");
        failure.Message.ShouldContain("127.0.0.4: ");
    }

    [Fact]
    public async Task Waiting_for_addresses_that_do_not_answer_can_be_ended()
    {
        await DropPacketsAsync();
        using var stop = new CancellationTokenSource();

        Task<Socket> dialling = Dialer.ConnectAsync([Silent], Port, TimeProvider.System, stop.Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => dialling);
    }

    // A listener whose queue is full drops every further SYN, as a firewall does.
    private async Task DropPacketsAsync()
    {
        var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(full);
        full.Bind(new IPEndPoint(Silent, Port));
        full.Listen(0);
        var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(first);
        await first.ConnectAsync(Silent, Port);
    }
}
