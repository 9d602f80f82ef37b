using Onboarding.Client.Control;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>Something that happened on this machine's way into the mesh.</summary>
public sealed class OnboardingEvent
{
    internal OnboardingEvent(MachineStep step)
    {
        Time = step.Time;
        Elapsed = step.Elapsed;
        Name = step.Name;
        Message = step.Message;
    }

    /// <summary>When.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>How long ago.</summary>
    public TimeSpan Age => TimeProvider.System.GetUtcNow() - Time;

    /// <summary>How long after it was told to join.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Its name, e.g. <c>Registered</c>.</summary>
    public string Name { get; }

    /// <summary>What happened.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{SpanText.Format(Age)} ago  {Name}  {Message}";
}

/// <summary>Something that was reached on this machine's way into the mesh.</summary>
public sealed class OnboardingMilestone
{
    internal OnboardingMilestone(MachineMilestone milestone)
    {
        Name = milestone.Name;
        Took = milestone.Took;
    }

    /// <summary>Its name, e.g. <c>Authorized</c>.</summary>
    public string Name { get; }

    /// <summary>How long it took from the one before.</summary>
    public TimeSpan Took { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {StatusWords.Took(Took)}";
}
