using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Rpc;
using Onboarding.Client;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>The sidecar's token: it outlives a reboot, and no one is surprised by its end.</summary>
public sealed class IstioTokenTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    private string Token => _directory["state/workloads/bookinfo.ratings/boot/current/istio-token"];

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Issue_27691_after_a_reboot_the_token_is_there_and_the_sidecar_starts_though_the_plane_is_away()
    {
        FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await KilledAgent.AfterAsync(options, OnboardingPhase.SidecarReady);
        await plane.DisposeAsync();
        await KillSidecarAsync();

        await using RunningAgent agent = RunningAgent.Start(options);

        await agent.StepAsync(OnboardingPhase.AttemptFailed);
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        (await File.ReadAllTextAsync(Token)).ShouldBe("istio-token-1");
        agent.Phases.ShouldNotContain(OnboardingPhase.Connected);
    }

    [Fact]
    public async Task A_token_without_its_end_is_told_of_and_the_one_before_stays()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await agent.StepAsync(OnboardingPhase.SidecarReady);

        session.Send(new PlaneMessage { IstioToken = new IstioToken { Token = "istio-token-2" } });

        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.BootConfigurationFailed);
        failed.Failure!.ErrorId.ShouldBe("BootConfigurationIncomplete");
        (await File.ReadAllTextAsync(Token)).ShouldBe("istio-token-1");
    }

    [Fact]
    public async Task Issue_27691_with_an_expired_token_the_sidecar_waits_for_the_plane()
    {
        FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        plane.Boot.IstioToken.ExpiresAt = DateTimeOffset.UtcNow.AddMinutes(-1).ToTimestamp();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await KilledAgent.AfterAsync(options, OnboardingPhase.SidecarReady);
        await plane.DisposeAsync();
        await KillSidecarAsync();

        await using RunningAgent agent = RunningAgent.Start(options);

        await Eventually.Is(() => agent.Phases.Count(p => p == OnboardingPhase.AttemptFailed) > 2, "the agent tries");
        agent.Phases.ShouldNotContain(OnboardingPhase.SidecarStarted);
    }

    [Fact]
    public async Task Issue_35343_a_token_that_is_not_renewed_is_warned_of_before_it_expires_and_when_it_has()
    {
        var time = new FakeTimeProvider();
        await using FakePlane plane = await FakePlane.StartAsync(time);
        plane.HeartbeatInterval = TimeSpan.FromHours(4);
        plane.Boot = BootConfigurations.Make();
        plane.Boot.IstioToken.ExpiresAt = (time.GetUtcNow() + TimeSpan.FromMinutes(60)).ToTimestamp();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await plane.NextSessionAsync();
        await agent.StepAsync(OnboardingPhase.BootConfigurationWritten);

        await PassAsync(time, TimeSpan.FromMinutes(44));
        agent.Phases.ShouldNotContain(OnboardingPhase.IstioTokenExpiring);

        await PassAsync(time, TimeSpan.FromMinutes(3));
        OnboardingStep warning = await agent.StepAsync(OnboardingPhase.IstioTokenExpiring);
        warning.Message.ShouldContain("and wasn't renewed");
        warning.Message.ShouldContain("journalctl -u onboarding-agent");

        await PassAsync(time, TimeSpan.FromMinutes(15));
        await Eventually.Is(() => agent.Phases.Count(p => p == OnboardingPhase.IstioTokenExpiring) == 2, "the second warning");
        agent.Steps.Last(s => s.Phase == OnboardingPhase.IstioTokenExpiring).Message.ShouldBeGolden();
        await PassAsync(time, TimeSpan.FromMinutes(30));
        agent.Phases.Count(p => p == OnboardingPhase.IstioTokenExpiring).ShouldBe(2, "once each is enough");
    }

    [Fact]
    public async Task Issue_35343_a_token_that_is_renewed_is_not_warned_of()
    {
        var time = new FakeTimeProvider();
        await using FakePlane plane = await FakePlane.StartAsync(time);
        plane.HeartbeatInterval = TimeSpan.FromHours(4);
        plane.Boot = BootConfigurations.Make();
        plane.Boot.IstioToken.ExpiresAt = (time.GetUtcNow() + TimeSpan.FromMinutes(60)).ToTimestamp();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await agent.StepAsync(OnboardingPhase.BootConfigurationWritten);
        await PassAsync(time, TimeSpan.FromMinutes(30));

        session.Send(new PlaneMessage
        {
            IstioToken = new IstioToken { Token = "istio-token-2", ExpiresAt = (time.GetUtcNow() + TimeSpan.FromMinutes(60)).ToTimestamp() },
        });
        await agent.StepAsync(OnboardingPhase.IstioTokenRenewed);
        await PassAsync(time, TimeSpan.FromMinutes(40));

        agent.Phases.ShouldNotContain(OnboardingPhase.IstioTokenExpiring);
    }

    // The watch looks every half minute, and each look has to end before the next: it has when the watch waits again.
    private static async Task PassAsync(FakeTimeProvider time, TimeSpan span)
    {
        TimeSpan step = TimeSpan.FromSeconds(30);
        for (TimeSpan passed = TimeSpan.Zero; passed < span; passed += step)
        {
            time.Advance(step);
            await Eventually.Is(() => time.NextDue <= time.GetUtcNow() + step, "the watch waits for its next look");
        }
    }

    // It counts as ready as soon as it runs; its first line may come a moment later.
    private async Task KillSidecarAsync()
    {
        await Eventually.Is(() => File.Exists(_directory["sidecar.log"]) && File.ReadAllText(_directory["sidecar.log"]).Contains('\n'), "the sidecar's first line");
        int processId = int.Parse(File.ReadAllLines(_directory["sidecar.log"])[^1].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        using var process = System.Diagnostics.Process.GetProcessById(processId);
        process.Kill();
        await process.WaitForExitAsync();
    }
}
