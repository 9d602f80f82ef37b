using Onboarding.Client.Errors;

namespace Onboarding.Client.Flow;

/// <summary>
/// For how long the plane has said, by objects that are valid, that this machine isn't to be in the mesh. Only the time between two such
/// answers in a row counts: a plane that is away, isn't ready or can't read its policies says nothing about this machine, and an outage must
/// not stop a fleet's sidecars.
/// </summary>
/// <param name="time">The clock; its monotonic part alone, as a machine's clock may be set meanwhile.</param>
internal sealed class RefusalPeriod(TimeProvider time)
{
    private long? _last;

    /// <summary>How long.</summary>
    public TimeSpan Length { get; private set; }

    /// <summary>An attempt to join has failed.</summary>
    public void Add(OnboardingException failure)
    {
        Length += failure.IsFinal && _last is { } last ? time.GetElapsedTime(last) : TimeSpan.Zero;
        _last = failure.IsFinal ? time.GetTimestamp() : null;
    }

    /// <summary>The plane admits the machine.</summary>
    public void Clear() => (Length, _last) = (TimeSpan.Zero, null);
}
