using Grpc.Core;
using Onboarding.Api.Configuration;
using Onboarding.Client;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Flow;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>A machine that was a member, and that the plane refuses: its sidecar has an identity that it isn't to have any more.</summary>
public sealed class RefusedMemberTests : IDisposable
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromMinutes(7);
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly FakeTimeProvider _time = new();

    private string Workload => _directory["state/workloads/bookinfo.ratings"];

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task After_the_grace_period_its_sidecar_drains_and_nothing_of_the_mesh_is_left()
    {
        await using FakePlane plane = await FakePlane.StartAsync(_time);
        await using RunningAgent agent = await JoinAsync(plane, RefusedSidecar.Stop);
        await RefuseAsync(plane, agent, FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no", isFinal: true));
        await agent.StepAsync(OnboardingPhase.SidecarStopped);
        OnboardingStep first = agent.Steps.First(s => s.Failure is { IsFinal: true });
        (agent.Steps.First(s => s.Phase == OnboardingPhase.SidecarStopped).Time - first.Time).ShouldBeGreaterThanOrEqualTo(GracePeriod);
        (await agent.StepAsync(OnboardingPhase.RefusedForGood)).Message.ShouldContain("sidecar.whenRefused: Keep");
        (await File.ReadAllTextAsync(_directory["sidecar.log"])).ShouldContain("term");
        await Eventually.Is(() => Directory.GetFileSystemEntries(Path.Combine(Workload, "boot")).Length == 0, "the boot configuration to be removed");
        await Eventually.Is(() => !File.Exists(Path.Combine(Workload, "registration.json")), "the registration to be forgotten");

        // It asks on, and comes back by itself.
        plane.OnAuthorize = _ => { };
        plane.RegistrationUid = "uid-2";
        plane.Boot = BootConfigurations.Make(registrationUid: "uid-2");
        await Eventually.Is(() => agent.Phases.Count(p => p == OnboardingPhase.SidecarReady) == 2, "the sidecar to be started again");
    }

    public static TheoryData<StatusCode, string, bool, RefusedSidecar> Others => new()
    {
        { StatusCode.Unavailable, "KUBERNETES_UNAVAILABLE", true, RefusedSidecar.Stop },
        { StatusCode.Unauthenticated, "TOKEN_INVALID", true, RefusedSidecar.Stop },
        { StatusCode.PermissionDenied, "KEY_MISMATCH", true, RefusedSidecar.Stop },
        // A policy that can't be read.
        { StatusCode.PermissionDenied, "NOT_AUTHORIZED", false, RefusedSidecar.Stop },
        { StatusCode.PermissionDenied, "NOT_AUTHORIZED", true, RefusedSidecar.Keep },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Its_sidecar_goes_on_whatever_else_the_plane_says(StatusCode code, string reason, bool isFinal, RefusedSidecar whenRefused)
    {
        await using FakePlane plane = await FakePlane.StartAsync(_time);
        await using RunningAgent agent = await JoinAsync(plane, whenRefused);
        await RefuseAsync(plane, agent, FakePlane.Refusal(code, reason, "no", isFinal: isFinal));
        await ShouldServeOnAsync(agent);
    }

    [Fact]
    public async Task Its_sidecar_goes_on_while_the_plane_is_away()
    {
        FakePlane plane = await FakePlane.StartAsync(_time);
        await using RunningAgent agent = await JoinAsync(plane, RefusedSidecar.Stop);
        await RefuseAsync(plane, agent, FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no", isFinal: true));
        await agent.StepAsync(OnboardingPhase.Refused);
        await plane.DisposeAsync();
        await agent.StepAsync(OnboardingPhase.AttemptFailed);
        await ShouldServeOnAsync(agent, () => _time.Advance(TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData("agent-key.pem")]
    [InlineData("machine-id")]
    public async Task What_was_made_with_another_key_is_removed_before_anything_is_asked(string changed)
    {
        FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await KilledAgent.AfterAsync(options, OnboardingPhase.SidecarReady);

        // A reset on the machine, or a copy of its disk on another; and a plane that can't say anything about it.
        await plane.DisposeAsync();
        if (changed == "machine-id")
        {
            await File.WriteAllTextAsync(_directory[changed], "ffffffffffffffffffffffffffffffff\n");
        }
        else
        {
            File.Delete(_directory[$"state/{changed}"]);
        }

        await using RunningAgent agent = RunningAgent.Start(options);
        await agent.StepAsync(OnboardingPhase.AttemptFailed);
        agent.Phases.ShouldContain(OnboardingPhase.StateDiscarded);
        string[] sidecar = await File.ReadAllLinesAsync(_directory["sidecar.log"]);
        sidecar.Count(line => line.StartsWith("start ", StringComparison.Ordinal)).ShouldBe(1);
        sidecar.ShouldContain(line => line.StartsWith("term ", StringComparison.Ordinal));
        Directory.GetFileSystemEntries(Path.Combine(Workload, "boot")).ShouldBeEmpty();
        File.Exists(Path.Combine(Workload, "registration.json")).ShouldBeFalse();
        agent.Hurry();
    }

    [Fact]
    public void What_lies_between_two_refusals_and_is_none_does_not_count()
    {
        var period = new RefusalPeriod(_time);
        var no = new OnboardingException(ErrorIds.PlaneRefused, "no", "") { IsFinal = true };
        var away = new OnboardingException(ErrorIds.EndpointUnreachable, "away", "");
        period.Add(no);
        _time.Advance(TimeSpan.FromMinutes(1));
        period.Add(no);
        _time.Advance(TimeSpan.FromDays(1));
        period.Add(away);
        _time.Advance(TimeSpan.FromDays(1));
        period.Add(no);
        _time.Advance(TimeSpan.FromMinutes(1));
        period.Add(no);
        period.Length.ShouldBe(TimeSpan.FromMinutes(2));
        period.Clear();
        _time.Advance(TimeSpan.FromDays(1));
        period.Add(no);
        period.Length.ShouldBe(TimeSpan.Zero);
    }

    private async Task<RunningAgent> JoinAsync(FakePlane plane, RefusedSidecar whenRefused)
    {
        plane.Boot = BootConfigurations.Make();
        plane.HeartbeatInterval = TimeSpan.FromDays(1);
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        var agent = RunningAgent.Start(options with
        {
            Agent = options.Agent with { Sidecar = options.Agent.Sidecar with { WhenRefused = whenRefused } },
        });
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        return agent;
    }

    // The agent asks again at once; its clock goes on with each answer.
    private async Task RefuseAsync(FakePlane plane, RunningAgent agent, RpcException refusal)
    {
        FakeSession session = await plane.NextSessionAsync();
        plane.OnAuthorize = _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            throw refusal;
        };
        session.End(FakePlane.Refusal(StatusCode.Unauthenticated, "TOKEN_EXPIRED", "the token has expired"));
        await agent.StepAsync(OnboardingPhase.Refused);
    }

    private async Task ShouldServeOnAsync(RunningAgent agent, Action? meanwhile = null)
    {
        DateTimeOffset since = _time.GetUtcNow();
        int failures = agent.Steps.Count(s => s.Failure is not null);
        await Eventually.Is(
            () =>
            {
                meanwhile?.Invoke();
                return agent.Steps.Count(s => s.Failure is not null) > failures + 10 && _time.GetUtcNow() - since > 1.5 * GracePeriod;
            },
            "time to pass");
        agent.Phases.ShouldNotContain(OnboardingPhase.SidecarStopped);
        agent.Phases.ShouldNotContain(OnboardingPhase.RefusedForGood);
        (await File.ReadAllTextAsync(_directory["sidecar.log"])).ShouldNotContain("term");

        // Leaving would wait by this clock.
        agent.Hurry();
    }
}
