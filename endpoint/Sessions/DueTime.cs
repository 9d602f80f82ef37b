namespace Onboarding.Endpoint.Sessions;

/// <summary>When something is due. Set by a session's own work and taken by the clock that all sessions share, so each access is atomic.</summary>
internal sealed class DueTime
{
    private const long Never = long.MaxValue;
    private long _at = Never;

    /// <summary>True if a time is set.</summary>
    public bool IsSet => Volatile.Read(ref _at) != Never;

    /// <summary>Sets the time.</summary>
    public void Set(DateTimeOffset at) => Volatile.Write(ref _at, at.UtcTicks);

    /// <summary>Nothing is due.</summary>
    public void Clear() => Volatile.Write(ref _at, Never);

    /// <summary>True, once, when the time has come.</summary>
    public bool TakeIfDue(DateTimeOffset now) =>
        Volatile.Read(ref _at) is var at && now.UtcTicks >= at && Interlocked.CompareExchange(ref _at, Never, at) == at;
}
