using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ControlTests;

/// <summary>A refusal that doesn't change doesn't fill the log.</summary>
public sealed class B17_RepeatedFailuresTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<AgentEvent> _logged = [];
    private readonly RepeatedFailures _filter;

    public B17_RepeatedFailuresTests() => _filter = new RepeatedFailures(_time);

    [Fact]
    public void B17_The_same_refusal_is_logged_once_and_then_every_ten_minutes_with_its_count()
    {
        for (int i = 0; i < 5; i++)
        {
            Attempt(Refused($"corr-{i}"));
        }

        _logged.Select(e => e.Phase).ShouldBe([OnboardingPhase.PlaneFound, OnboardingPhase.CredentialObtained, OnboardingPhase.Refused]);
        _time.Advance(TimeSpan.FromMinutes(10));
        Attempt(Refused("corr-6"));
        _logged.Count.ShouldBe(4);
        _logged[^1].Message.ShouldContain("corr-6");
        _logged[^1].Properties.ShouldContain(("times", "6"));
        (_logged[^1].Phase, _logged[^1].IsWarning).ShouldBe((OnboardingPhase.Refused, true));
    }

    [Fact]
    public void B17_Another_failure_is_logged_with_the_steps_that_led_to_it()
    {
        Attempt(Refused("a"));
        Attempt(Refused("b"));
        _logged.Clear();

        Attempt(new AgentEvent.Refused(Why("KEY_MISMATCH", "c"), TimeSpan.Zero));
        Attempt(new AgentEvent.AttemptFailed(new OnboardingException(ErrorIds.EndpointUnreachable, "Away.", "curl"), TimeSpan.Zero));
        Attempt(Refused("d"));

        _logged.Count.ShouldBe(9);
    }

    [Fact]
    public void B17_A_join_that_succeeds_is_logged_in_full_and_a_refusal_after_it_too()
    {
        Attempt(Refused("a"));
        Attempt(Refused("b"));
        _logged.Clear();

        Attempt(new AgentEvent.Connected("plane-0", "s", 1, null));
        Attempt(Refused("c"));

        _logged.Select(e => e.Phase).ShouldBe(
        [
            OnboardingPhase.PlaneFound, OnboardingPhase.CredentialObtained, OnboardingPhase.Connected,
            OnboardingPhase.PlaneFound, OnboardingPhase.CredentialObtained, OnboardingPhase.Refused,
        ]);
    }

    [Fact]
    public void B17_A_plane_that_is_away_and_a_renewal_that_is_refused_repeat_in_silence_too()
    {
        var away = new AgentEvent.AttemptFailed(new OnboardingException(ErrorIds.EndpointUnreachable, "Away.", "curl"), TimeSpan.Zero);
        Tell(away);
        Tell(away with { RetryIn = TimeSpan.FromSeconds(3) });
        _logged.ShouldHaveSingleItem();
        _logged.Clear();
        Attempt(new AgentEvent.RenewalFailed(Why("NOT_AUTHORIZED", "a")));
        Attempt(new AgentEvent.RenewalFailed(Why("NOT_AUTHORIZED", "b")));
        _logged.Count.ShouldBe(3);
    }

    [Fact]
    public void B17_What_happens_beside_the_attempts_is_logged_at_once()
    {
        Attempt(Refused("a"));
        Tell(new AgentEvent.SidecarStopped());
        Tell(new AgentEvent.LeavingBegan());

        _logged.TakeLast(2).Select(e => e.Phase).ShouldBe([OnboardingPhase.SidecarStopped, OnboardingPhase.Leaving]);
    }

    private static AgentEvent.Refused Refused(string correlationId) => new AgentEvent.Refused(Why("NOT_AUTHORIZED", correlationId), TimeSpan.Zero);

    private static OnboardingException Why(string reason, string correlationId) =>
        new(ErrorIds.PlaneRefused, $"No. Correlation id {correlationId}.", "ask") { Reason = reason, CorrelationId = correlationId, Detail = "No." };

    private void Attempt(AgentEvent end)
    {
        Tell(new AgentEvent.PlaneFound("https://plane", "p", TimeSpan.Zero, null));
        Tell(new AgentEvent.CredentialObtained("demo", "p", DateTimeOffset.MaxValue));
        Tell(end);
    }

    private void Tell(AgentEvent happened) => _logged.AddRange(_filter.Add(happened));
}
