using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Onboarding.Endpoint.Connections;
using Onboarding.Endpoint.Hosting.Connections;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>Attack: connections, requests and watches of callers that prove nothing, until the process has nothing left.</summary>
public sealed class A1_ConnectionTableTests
{
    private static readonly ConnectionLimits Limits = new() { InAll = 20, Unproved = 8, UnprovedPerSource = 4, Closing = 2 };

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _cut = [];
    private readonly ConnectionTable _table;

    public A1_ConnectionTableTests() => _table = new ConnectionTable(Limits, _time);

    [Fact]
    public void At_the_limit_of_an_address_its_oldest_unproved_connection_is_closed()
    {
        Open(6, "192.0.2.1");

        _cut.ShouldBe(["192.0.2.1-0", "192.0.2.1-1"]);
        _table.Unproved.ShouldBe(4);
    }

    [Fact]
    public void Silent_connections_do_not_push_out_one_that_is_past_its_handshake()
    {
        GuardedConnection working = _table.Add("a", () => _cut.Add("working"));
        working.Shook(null);
        Open(40, "a");
        Open(40, "b");

        _cut.ShouldNotContain("working");
    }

    [Fact]
    public void Connections_past_their_handshake_leave_room_for_handshakes()
    {
        foreach (GuardedConnection connection in Open(4, "a"))
        {
            connection.Shook(null);
        }

        _cut.Clear();
        Open(2, "a");

        _cut.ShouldBe(["a-0", "a-1"], "the oldest of those that are past theirs");
    }

    [Fact]
    public void In_all_an_address_that_had_a_session_has_a_reserve()
    {
        Open(1, "member")[0].BeginSession();
        Open(4, "a");
        Open(4, "b");

        _cut.ShouldBe(["a-0", "a-1"], "three quarters are for strangers");
        Open(2, "member");
        _cut.Count.ShouldBe(2, "the last quarter is the member's");
        Open(2, "member");
        _cut[2..].ShouldBe(["a-2", "a-3"], "then strangers go first");
    }

    [Fact]
    public void A_session_is_never_closed_for_others()
    {
        foreach (GuardedConnection connection in Enumerable.Range(0, 16).SelectMany(i => Open(1, $"member{i}")))
        {
            connection.BeginSession();
        }

        Open(40, "a");
        _cut.ShouldAllBe(name => name.StartsWith("a-", StringComparison.Ordinal));
    }

    [Fact]
    public void After_its_session_a_connection_counts_as_one_that_proved_who_it_is_and_is_idle_in_the_end()
    {
        GuardedConnection connection = Open(1, "member")[0];
        using (connection.BeginSession())
        {
            _time.Advance(Limits.Stream * 2);
            _table.CloseIdle();
            _cut.ShouldBeEmpty("it has a session");
        }

        _time.Advance(Limits.Idle);
        _table.CloseIdle();
        _cut.ShouldBe(["member-0"]);
    }

    [Fact]
    public void An_idle_connection_is_asked_first_and_cut_then()
    {
        int asked = 0;
        Open(1, "a")[0].Shook(() => asked++);
        _time.Advance(Limits.Idle - TimeSpan.FromSeconds(1));
        _table.CloseIdle();
        asked.ShouldBe(0);

        _time.Advance(TimeSpan.FromSeconds(1));
        _table.CloseIdle();
        (asked, _cut.Count).ShouldBe((1, 0));
        _table.CloseIdle();
        (asked, _cut.Count).ShouldBe((1, 1));
    }

    [Fact]
    public void A_health_check_that_comes_again_keeps_its_connection_and_a_watch_keeps_it_for_minutes()
    {
        GuardedConnection check = Open(1, "kubelet")[0];
        GuardedConnection watch = Open(1, "balancer")[0];
        watch.TryBeginRequest().ShouldBeTrue();
        for (int i = 0; i < 9; i++)
        {
            _time.Advance(Limits.Idle - TimeSpan.FromSeconds(1));
            check.TryBeginRequest().ShouldBeTrue();
            check.EndRequest();
            _table.CloseIdle();
        }

        _cut.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromMinutes(2));
        _table.CloseIdle();
        _cut.Order().ShouldBe(["balancer-0", "kubelet-0"]);
    }

    [Fact]
    public void Requests_of_one_address_cost_its_oldest_connection_and_leave_others_alone()
    {
        GuardedConnection other = Open(1, "other")[0];
        other.Shook(null);
        other.TryBeginRequest().ShouldBeTrue();
        GuardedConnection[] flood = Open(2, "a");
        foreach (GuardedConnection connection in flood)
        {
            connection.Shook(null);
        }

        bool[] begun = [.. Enumerable.Range(0, Limits.StreamsPerSource + 1).Select(i => flood[i % 2].TryBeginRequest())];

        _cut.ShouldBe(["a-0"]);
        begun[^1].ShouldBeFalse("its own connection was the oldest");
        other.TryBeginRequest().ShouldBeTrue();
    }

    [Fact]
    public void A_member_may_have_as_many_requests_as_it_likes()
    {
        GuardedConnection member = Open(1, "member")[0];
        member.Proved();

        Enumerable.Range(0, 100).ShouldAllBe(_ => member.TryBeginRequest());
    }

    [Fact]
    public async Task Nothing_is_accepted_while_too_many_sockets_are_still_closing()
    {
        GuardedConnection[] open = [.. Enumerable.Range(0, Limits.InAll + Limits.Closing).SelectMany(i => Open(1, $"a{i}"))];
        Task room = _table.HasRoomAsync(CancellationToken.None);
        room.IsCompleted.ShouldBeFalse();

        open[0].Closed();

        await room;
        _table.HasRoomAsync(CancellationToken.None).IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void What_has_ended_leaves_nothing_behind()
    {
        GuardedConnection[] all = [.. Open(20, "a"), .. Open(20, "b")];
        all[^1].TryBeginRequest();
        using (all[^2].BeginSession())
        {
            foreach (GuardedConnection connection in all)
            {
                connection.Closed();
            }
        }

        (_table.Open, _table.Unproved).ShouldBe((0, 0));
        Open(4, "a").ShouldAllBe(c => c.TryBeginRequest());
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.ConnectionReset)]
    public async Task Accepting_goes_on_after_it_failed(SocketError error)
    {
        Open(3, "a");
        using var log = new TestLog();
        log.Expect("could not accept");
        var accepted = new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1) };
        var listeners = new GuardedListeners(new FailingOnce(error, accepted), _table, [], _time, log.CreateLogger("accept"));
        await using IConnectionListener listener = await listeners.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));

        (await listener.AcceptAsync()).ShouldBe(accepted);

        accepted.Features.Get<GuardedConnection>().ShouldNotBeNull();
        _cut.ShouldBe(["a-0", "a-1", "a-2"], "what proves nothing made room");
    }

    [Fact]
    public void Limits_come_from_what_the_process_has()
    {
        ConnectionLimits small = ConnectionLimits.For(1_024, 64L << 30);
        (small.InAll + small.Closing).ShouldBeLessThan(1_024 - 100);
        ConnectionLimits little = ConnectionLimits.For(1_000_000, 256L << 20);
        little.InAll.ShouldBe(1_024, "half of 256 MB at 128 kB each");
        ConnectionLimits large = ConnectionLimits.For(524_288, 64L << 30);
        large.UnprovedPerSource.ShouldBeGreaterThanOrEqualTo(1_000, "a thousand machines behind one address start at once");
        ConnectionLimits.FilesIn(["Limit  Soft Limit  Hard Limit  Units", "Max open files            20000                524288               files"]).ShouldBe(20_000);
        ConnectionLimits.FilesIn(["Max open files            unlimited            unlimited            files"]).ShouldBe(int.MaxValue);
        ConnectionLimits.FilesIn([]).ShouldBe(1_024);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8::1", "2001:db8::/64")]
    [InlineData("2001:db8::ffff:2", "2001:db8::/64")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1::/64")]
    public void A_network_of_IPv6_addresses_is_one_place(string address, string key) => SourceAddress.KeyOf(address).ShouldBe(key);

    private GuardedConnection[] Open(int count, string source) =>
        [.. Enumerable.Range(0, count).Select(i => _table.Add(source, () => _cut.Add($"{source}-{i}")))];

    private sealed class FailingOnce(SocketError error, ConnectionContext then) : IConnectionListenerFactory, IConnectionListener
    {
        private bool _hasFailed;

        public EndPoint EndPoint => new IPEndPoint(IPAddress.Loopback, 1);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (_hasFailed)
            {
                return new(then);
            }

            _hasFailed = true;
            throw new SocketException((int)error);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }
}
