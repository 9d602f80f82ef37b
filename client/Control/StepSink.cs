using Onboarding.Client.Flow;

namespace Onboarding.Client.Control;

/// <summary>Hands steps on at once, in their order. (<see cref="Progress{T}"/> hands them on in any.)</summary>
internal sealed class StepSink(Action<OnboardingStep> first, IProgress<OnboardingStep>? second) : IProgress<OnboardingStep>
{
    public void Report(OnboardingStep value)
    {
        first(value);
        second?.Report(value);
    }
}
