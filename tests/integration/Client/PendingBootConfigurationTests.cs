using Onboarding.Api.Rpc;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>A boot configuration that waits for its turn in a rollout, and what may change meanwhile.</summary>
public sealed class PendingBootConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    private string Boot => _directory["state/workloads/bookinfo.ratings/boot/current"];

    private string PendingFile => _directory["state/workloads/bookinfo.ratings/pending.json"];

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_is_kept_without_being_put_in_force_until_it_comes_again()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await StatusAsync(session, 1);

        session.Send(new PlaneMessage { BootConfiguration = Pending(2, "core-2") });

        (await agent.StepAsync(OnboardingPhase.BootConfigurationPending)).Message.ShouldContain("onboarding-agent bootconfig diff");
        StoredBootConfiguration stored = BootConfigurationReader.ReadAll(_directory["state"]).ShouldHaveSingleItem();
        stored.Workload.ShouldBe("bookinfo/ratings");
        stored.Current!.Version.Generation.ShouldBe(1);
        stored.Pending!.Version.Generation.ShouldBe(2);
        File.GetUnixFileMode(PendingFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.ReadAllText(Path.Combine(Boot, "mesh.yaml")).ShouldBe("mesh: core-1");
        await Eventually.Is(() => Starts() == 1, "one start");

        session.Send(new PlaneMessage { BootConfiguration = BootConfigurations.Make(2, "core-2") });

        (await StatusAsync(session, 2)).SidecarRestarted.ShouldBeTrue();
        File.Exists(PendingFile).ShouldBeFalse("it is in force now");
        await Eventually.Is(() => Starts() == 2, "the sidecar to start again");
    }

    [Fact]
    public async Task Hosts_change_while_it_waits()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await StatusAsync(session, 1);
        session.Send(new PlaneMessage { BootConfiguration = Pending(3, "core-2") });

        session.Send(new PlaneMessage { LiveConfiguration = Live(2, "core-1", "10.0.0.9 istiod.istio-system.svc\n") });

        (await StatusAsync(session, 2)).ShouldBe(new BootConfigurationStatus { Generation = 2 });
        await agent.StepAsync(OnboardingPhase.HostsWritten);
        File.ReadAllText(Path.Combine(Boot, "hosts")).ShouldBe("10.0.0.9 istiod.istio-system.svc\n");
        File.ReadAllText(Path.Combine(Boot, "mesh.yaml")).ShouldBe("mesh: core-1");
        BootConfigurationReader.ReadAll(_directory["state"])[0].Pending.ShouldNotBeNull("that one still waits");
        await Eventually.Is(() => Starts() == 1, "one start, and no more");
    }

    [Theory]
    [InlineData(5, "core-0", "isn't in force here")]
    [InlineData(1, "core-1", "boot configuration 1 after 3")]
    public async Task Hosts_for_another_core_or_of_an_older_version_are_refused(long generation, string core, string message)
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make(3);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await StatusAsync(session, 3);
        string before = File.ReadAllText(Path.Combine(Boot, "hosts"));

        session.Send(new PlaneMessage { LiveConfiguration = Live(generation, core, "6.6.6.6 istiod.istio-system.svc\n") });

        (await StatusAsync(session, generation)).Error.ShouldContain(message);
        File.ReadAllText(Path.Combine(Boot, "hosts")).ShouldBe(before);
    }

    [Fact]
    public async Task One_that_is_older_than_what_is_in_force_is_not_kept()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make(3);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await StatusAsync(session, 3);

        session.Send(new PlaneMessage { BootConfiguration = Pending(2, "core-0") });

        (await agent.StepAsync(OnboardingPhase.BootConfigurationFailed)).Properties["errorId"].ShouldBe("BootConfigurationStale");
        File.Exists(PendingFile).ShouldBeFalse();
    }

    [Fact]
    public async Task The_plane_hears_on_which_core_the_sidecar_is_ready()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await session.ReceiveAsync(m => m.Health is { SidecarReady: true, CoreHash: "core-1" }, "ready on the first");

        session.Send(new PlaneMessage { BootConfiguration = BootConfigurations.Make(2, "core-2") });

        await session.ReceiveAsync(m => m.Health is { SidecarReady: true, CoreHash: "core-2" }, "ready on the second");
        session.Received.ShouldNotContain(m => m.Health != null && m.Health.SidecarReady && m.Health.CoreHash.Length == 0);
    }

    private static Rpc.BootConfiguration Pending(long generation, string core)
    {
        Rpc.BootConfiguration boot = BootConfigurations.Make(generation, core);
        boot.Pending = true;
        boot.IstioToken = null;
        return boot;
    }

    private static LiveConfiguration Live(long generation, string core, string hosts) => new()
    {
        Version = new BootConfigurationVersion { Generation = generation, CoreHash = core, LiveHash = "live-9" },
        RegistrationUid = "uid-1",
        Hosts = hosts,
    };

    private static async Task<BootConfigurationStatus> StatusAsync(FakeSession session, long generation) =>
        (await session.ReceiveAsync(m => m.BootConfigurationStatus?.Generation == generation, $"status of {generation}")).BootConfigurationStatus;

    private int Starts() => File.Exists(_directory["sidecar.log"])
        ? File.ReadAllLines(_directory["sidecar.log"]).Count(l => l.StartsWith("start", StringComparison.Ordinal))
        : 0;
}
