using Grpc.Core;
using Onboarding.Api.Rpc;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>The plane's token keys were replaced: whatever a token is used for, its refusal leads to a fresh authorization.</summary>
public sealed class B6_RefusedTokenTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private int _left = 1;

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("TOKEN_INVALID")]
    [InlineData("TOKEN_EXPIRED")]
    public async Task B6_An_agent_that_leaves_authorizes_again_and_unregisters(string reason)
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnUnregister = _ => RefuseOnce(reason);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.Connected);

        await agent.StopAsync();

        plane.Authorizations.Count.ShouldBe(2);
        plane.Unregistrations.ShouldHaveSingleItem();
        agent.Phases.ShouldNotContain(OnboardingPhase.UnregisterFailed);
        agent.Phases.ShouldContain(OnboardingPhase.Unregistered);
    }

    [Fact]
    public async Task B6_An_agent_that_was_refused_its_session_leaves_without_the_token_of_before()
    {
        var time = new FakeTimeProvider();
        await using FakePlane plane = await FakePlane.StartAsync(time);
        plane.HeartbeatInterval = TimeSpan.FromHours(2);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await session.ReceiveAsync(m => m.Health is not null, "the session to be under way");
        time.Advance(TimeSpan.FromMinutes(41));
        await session.ReceiveAsync(m => m.Token is not null, "the new token");
        session.Send(new PlaneMessage { TokenAccepted = new TokenAccepted() });
        await agent.StepAsync(OnboardingPhase.TokenRenewed);
        int asked = 0;
        plane.OnUnregister = _ => asked++;
        plane.OnAuthorize = _ => RefuseOnce("NOT_AUTHORIZED");
        session.End(FakePlane.Refusal(StatusCode.Unauthenticated, "TOKEN_INVALID", "another key signed it"));
        await Eventually.Is(() => agent.Steps.Any(s => s.Failure?.Reason == "NOT_AUTHORIZED"), "the fresh authorization");

        await agent.StopAsync();

        asked.ShouldBe(1);
        plane.Unregistrations.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task B6_A_renewal_whose_old_token_is_refused_goes_on_without_it()
    {
        var time = new FakeTimeProvider();
        await using FakePlane plane = await FakePlane.StartAsync(time);
        plane.HeartbeatInterval = TimeSpan.FromHours(2);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await session.ReceiveAsync(m => m.Health is not null, "the session to be under way");
        plane.OnAuthorize = _ => RefuseOnce("TOKEN_INVALID");

        time.Advance(TimeSpan.FromMinutes(41));

        await session.ReceiveAsync(m => m.Token is not null, "the new token");
        agent.Steps.ShouldNotContain(s => s.Phase == OnboardingPhase.RenewalFailed && s.Failure!.Reason == "TOKEN_INVALID");
    }

    [Fact]
    public async Task B6_A_token_that_is_refused_before_the_registration_or_the_session_is_asked_for_again()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnRegister = _ => RefuseOnce("TOKEN_INVALID");
        bool connected = false;
        plane.OnConnect = () =>
        {
            if (!connected)
            {
                connected = true;
                throw FakePlane.Refusal(StatusCode.Unauthenticated, "TOKEN_INVALID", "another key signed it");
            }
        };
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));

        await agent.StepAsync(OnboardingPhase.Connected);

        plane.Authorizations.Count.ShouldBe(3);
    }

    private void RefuseOnce(string reason)
    {
        if (Interlocked.Exchange(ref _left, 0) == 1)
        {
            throw FakePlane.Refusal(StatusCode.Unauthenticated, reason, "another key signed it");
        }
    }
}
