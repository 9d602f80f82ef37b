using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Onboarding.Api.Rpc;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>A load balancer that has a name (istio/istio#31624) moves without any object of the cluster changing: it is looked up again.</summary>
public sealed class GatewayNameTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly List<string> _hosts = [];
    private TestPlane _plane = null!;
    private TestReplica _replica = null!;
    private TestSession _session = null!;
    private IPAddress[] _addresses = [IPAddress.Parse("10.0.0.1")];
    private int _lookups;

    // When the name was looked up that has moved: when the member heard of it depends on the machine as well.
    private DateTimeOffset? _moved;
    private string _core = "";

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        await _plane.Client.PatchAsync<V1Service>(
            "istio-system",
            "istio-eastwestgateway",
            V1Patch.Merge(JsonNode.Parse("""{"status": {"loadBalancer": {"ingress": [{"hostname": "lb.example.com"}]}}}""")!),
            new PatchOptions { Subresource = "status" });
        _replica = await TestReplica.StartAsync(
            _plane, _plane.KubeconfigPath, _time, o => o with { ResolveHost = (_, _) => Task.FromResult(Resolve()) });
        await Eventually.Is(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Volatile.Read(ref _lookups) > 0;
            },
            "the name is looked up");
        TestAgent agent = _plane.Agent(through: _replica.Channel, now: _time.GetUtcNow());
        _session = await agent.JoinAsync();
        Onboarding.Api.Rpc.BootConfiguration first = (await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
        first.Hosts.ShouldBe(Lines("10.0.0.1"));
        _core = first.Version.CoreHash;
        await TakeAsync(first);
        _hosts.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _replica.DisposeAsync();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task Another_address_of_the_name_reaches_a_connected_member_without_a_restart_and_the_old_one_leaves_ten_minutes_later()
    {
        Volatile.Write(ref _addresses, [IPAddress.Parse("10.0.0.2")]);
        await ToldAsync(Lines("10.0.0.1", "10.0.0.2"));

        await ToldAsync(Lines("10.0.0.2"));

        (_time.GetUtcNow() - _moved!.Value).ShouldBeGreaterThan(TimeSpan.FromMinutes(9), "large load balancers answer with some of their addresses each time");
    }

    [Fact]
    public async Task A_name_that_stops_resolving_takes_no_address_away()
    {
        Volatile.Write(ref _addresses, []);
        int before = Volatile.Read(ref _lookups);
        await PassUntilAsync(() => Volatile.Read(ref _lookups) > before);
        _hosts.ShouldBeEmpty("the member was told nothing");

        Volatile.Write(ref _addresses, [IPAddress.Parse("10.0.0.3")]);
        await ToldAsync(Lines("10.0.0.1", "10.0.0.3"));
    }

    private IPAddress[] Resolve()
    {
        Interlocked.Increment(ref _lookups);
        IPAddress[] addresses = Volatile.Read(ref _addresses);
        _moved ??= addresses is [var address] && address.ToString() == "10.0.0.2" ? _time.GetUtcNow() : null;
        return addresses.Length > 0 ? addresses : throw new SocketException(11001, "lb.example.com isn't known");
    }

    private Task TakeAsync(Onboarding.Api.Rpc.BootConfiguration boot)
    {
        boot.Version.CoreHash.ShouldBe(_core, "nothing but hosts is another one: the sidecar isn't restarted");
        boot.Pending.ShouldBeFalse("it needn't wait for its turn");
        _hosts.Add(boot.Hosts);
        return _session.SendAsync(new AgentMessage { BootConfigurationStatus = new BootConfigurationStatus { Generation = boot.Version.Generation } });
    }

    private Task ToldAsync(string hosts) => PassUntilAsync(() => _hosts.Contains(hosts));

    /// <summary>Lets time pass with heartbeats, and keeps what the plane says meanwhile.</summary>
    private Task PassUntilAsync(Func<bool> condition) => Eventually.Is(
        async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await _session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
            PlaneMessage message;
            do
            {
                message = await _session.NextAsync();
                if (message.MessageCase == PlaneMessage.MessageOneofCase.BootConfiguration)
                {
                    await TakeAsync(message.BootConfiguration);
                }
            }
            while (message.MessageCase != PlaneMessage.MessageOneofCase.Heartbeat);
            return condition();
        },
        "the name is looked up again, and the member told");

    private static string Lines(params string[] addresses) =>
        string.Concat(addresses.Select(a => $"{a} istiod.istio-system.svc\n"));
}
