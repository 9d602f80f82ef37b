using Onboarding.AgentHost;
using Onboarding.Client.Flow;
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
        Tell(OnboardingPhase.Connected);
        _time.Advance(StartupMemory.Quiet / 2);
        Tell(OnboardingPhase.SidecarReady);
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
        Tell(OnboardingPhase.PlaneFound);
        Tell(OnboardingPhase.Refused);
        _time.Advance(TimeSpan.FromHours(1));
        _released.ShouldBe(0);
    }

    private void Tell(OnboardingPhase phase) =>
        _memory.Report(new OnboardingStep(phase, "", _time.GetUtcNow(), TimeSpan.Zero, new Dictionary<string, string>()));
}
