using Onboarding.AgentHost;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.AgentHostTests;

public sealed class StartupMemoryTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StartupMemory _memory;
    private int _released;

    public StartupMemoryTests() => _memory = new StartupMemory(_time, () => _released++);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void It_is_given_back_once_the_join_is_over()
    {
        Tell(new AgentEvent.Connected("plane-0", "s", 1, null));
        _time.Advance(StartupMemory.Quiet / 2);
        Tell(new AgentEvent.SidecarReady(7));
        _time.Advance(StartupMemory.Quiet / 2);
        _released.ShouldBe(0);
        _time.Advance(StartupMemory.Quiet / 2);
        _released.ShouldBe(1);
        _time.Advance(TimeSpan.FromHours(1));
        _released.ShouldBe(1);
    }

    [Fact]
    public void An_agent_that_does_not_get_in_keeps_it_for_the_next_try()
    {
        Tell(new AgentEvent.PlaneFound("https://plane", "p", TimeSpan.Zero, null));
        Tell(new AgentEvent.Refused(new OnboardingException("PlaneRefused", "No.", "ask"), TimeSpan.Zero));
        _time.Advance(TimeSpan.FromHours(1));
        _released.ShouldBe(0);
    }

    [Fact]
    public void The_first_peer_of_a_socket_has_it_given_back_once_more()
    {
        Tell(new AgentEvent.SidecarReady(7));
        _time.Advance(StartupMemory.Quiet);
        _released.ShouldBe(1);

        _memory.Settle();
        _time.Advance(StartupMemory.Quiet);

        _released.ShouldBe(2);
    }

    private void Tell(AgentEvent happened) => _memory.Report(new OnboardingStep(happened, _time.GetUtcNow(), TimeSpan.Zero));
}
