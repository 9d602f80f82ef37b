using System.Net;
using Onboarding.Api.Rpc;
using Onboarding.Client;
using Onboarding.Client.Events;
using Onboarding.Client.HostInformation;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>B9: the plane knows the host's address as it is, while the agent runs and across reconnects.</summary>
public sealed class B9_AddressChangeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private volatile string _address = "192.0.2.1";
    private Action? _changed;

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task B9_an_address_that_changes_under_a_session_is_told_and_the_session_goes_on()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using RunningAgent agent = RunningAgent.Start(Options(plane));
        FakeSession session = await plane.NextSessionAsync();
        await session.ReceiveAsync(m => m.EpochStored is not null, "the epoch");
        Told(plane).ShouldBe(["192.0.2.1"]);

        _address = "192.0.2.2";
        _changed.ShouldNotBeNull()();

        (await agent.StepAsync(OnboardingPhase.AddressChanged)).Message.ShouldContain("192.0.2.2");
        Told(plane).ShouldBe(["192.0.2.1", "192.0.2.2"]);
        agent.Phases.ShouldNotContain(OnboardingPhase.Disconnected);
        await Eventually.Is(
            async () => (await File.ReadAllTextAsync(_directory["state/workloads/bookinfo.ratings/registration.json"])).Contains("192.0.2.2", StringComparison.Ordinal),
            "it is on disk, with the session's epoch");
        File.ReadAllText(_directory["state/workloads/bookinfo.ratings/registration.json"]).ShouldContain("\"epoch\": 1");
    }

    [Fact]
    public async Task B9_a_change_of_the_network_that_leaves_the_address_is_not_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using RunningAgent agent = RunningAgent.Start(Options(plane));
        FakeSession session = await plane.NextSessionAsync();
        await session.ReceiveAsync(m => m.EpochStored is not null, "the epoch");

        _changed.ShouldNotBeNull()();
        _address = "192.0.2.1";
        _changed();
        _address = "192.0.2.3";
        _changed();
        await agent.StepAsync(OnboardingPhase.AddressChanged);

        Told(plane).ShouldBe(["192.0.2.1", "192.0.2.3"]);
    }

    [Fact]
    public async Task B9_an_address_that_changed_while_the_plane_was_away_is_told_before_the_next_session()
    {
        FakePlane plane = await FakePlane.StartAsync(port: TestPorts.Next());
        await using RunningAgent agent = RunningAgent.Start(Options(plane));
        FakeSession first = await plane.NextSessionAsync();
        await first.ReceiveAsync(m => m.EpochStored is not null, "the epoch to be on disk");
        await plane.DisposeAsync();
        await agent.StepAsync(OnboardingPhase.Disconnected);

        _address = "192.0.2.9";
        await using FakePlane again = await FakePlane.StartAsync(certificates: plane.Certificates, port: plane.Port);
        again.Epoch = 1;
        FakeSession session = await again.NextSessionAsync();

        Told(again).ShouldBe(["192.0.2.9"]);
        session.Proof.Epoch.ShouldBe(1);
    }

    private static string[] Told(FakePlane plane) => [.. plane.Registrations.Select((RegisterWorkloadRequest r) => r.Registration.Host.Addresses[0].Ip)];

    private OnboardingAgentOptions Options(FakePlane plane) => RunningAgent.Options(_directory, plane, _log) with
    {
        Interfaces = () => [new HostInterface("lo", IsLoopback: true, [IPAddress.Parse(_address)])],
        CreateAddressWatch = time => new AddressWatch(time, changed =>
        {
            _changed = changed;
            return new MemoryStream();
        }),
    };
}
