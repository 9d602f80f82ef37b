using System.Reflection;
using System.Runtime.CompilerServices;
using Onboarding.Api.Control;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Sidecar;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ControlTests;

/// <summary>Log line, step and control message are functions of an event.</summary>
public sealed class AgentEventTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_phase_has_an_event_and_no_event_derives_from_outside()
    {
        Type[] events = [.. typeof(AgentEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(AgentEvent)) && !t.IsAbstract)];

        events.ShouldAllBe(t => t.IsSealed && t.DeclaringType == typeof(AgentEvent));
        // What a constructor is given doesn't matter here; one that needs it makes the phase known by it.
        events.Where(t => t != typeof(AgentEvent.StillFailing)).Select(PhaseOf).Distinct().Order().ShouldBe(Enum.GetValues<OnboardingPhase>().Order());
    }

    [Fact]
    public void A_failure_tells_its_error_id_its_reason_and_when_the_agent_tries_again()
    {
        var why = new OnboardingException("PlaneRefused", "No.", "ask") { Reason = "NOT_AUTHORIZED", CorrelationId = "c" };
        var step = new OnboardingStep(new AgentEvent.Refused(why, TimeSpan.FromMilliseconds(1500)), Start, TimeSpan.Zero);

        step.Message.ShouldBeGolden();
        step.Failure.ShouldBe(why);
        step.Properties.OrderBy(p => p.Key).Select(p => $"{p.Key}={p.Value}").ShouldBe(
            ["correlationId=c", "errorId=PlaneRefused", "nextStep=ask", "reason=NOT_AUTHORIZED", "retryInSeconds=1.500"]);
    }

    [Fact]
    public void What_has_no_value_is_left_out() =>
        new OnboardingStep(new AgentEvent.Connected("plane-0", "s", 3, null), Start, TimeSpan.Zero).Properties.Keys.Order()
            .ShouldBe(["epoch", "instance", "sessionId"]);

    [Fact]
    public void A_sidecar_that_failed_does_not_fail_the_join()
    {
        var step = new OnboardingStep(new AgentEvent.SidecarFailed("it ended", null), Start, TimeSpan.Zero);

        step.Failure.ShouldBeNull();
        step.Properties["errorId"].ShouldBe(ErrorIds.SidecarFailed);
    }

    [Fact]
    public void The_control_socket_shows_number_name_text_and_values()
    {
        var version = new BootVersion(4, "0123456789ab", "l", "u", "spiffe://x", Start);
        var step = new OnboardingStep(new AgentEvent.BootConfigurationWritten(version, "/boot", BootChange.Core), Start, TimeSpan.FromSeconds(1));

        Step message = ControlMessages.ToMessage(step);

        (message.Id, message.Name).ShouldBe((5009, "BootConfigurationWritten"));
        message.Message.ShouldBeGolden();
        message.Properties.OrderBy(p => p.Key).Select(p => $"{p.Key}={p.Value}").ShouldBe(
            ["change=Core", "directory=/boot", "generation=4", "spiffeId=spiffe://x"]);
    }

    [Fact]
    public void A_notice_is_a_warning() => new AgentEvent.Noticed(new SidecarNotice("a", "b")).IsWarning.ShouldBeTrue();

    private static OnboardingPhase PhaseOf(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        object?[] arguments =
        [
            .. constructor.GetParameters().Select(p =>
                p.ParameterType == typeof(string) ? "x"
                : p.ParameterType.IsValueType ? RuntimeHelpers.GetUninitializedObject(p.ParameterType)
                : null),
        ];
        return ((AgentEvent)constructor.Invoke(arguments)).Phase;
    }
}
