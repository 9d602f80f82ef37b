using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// How the sidecar of a session is, and when that is to be written: on change only, once it has lasted, and not often. An agent that
/// changed its mind without end would otherwise have the plane write without end. Guarded by <see cref="BootState.Gate"/>, but for
/// <see cref="TakeIfDue"/>.
/// </summary>
internal sealed class SidecarHealth(TimeProvider time)
{
    /// <summary>What doesn't last this long isn't written: a sidecar that starts is ready in a moment.</summary>
    private static readonly TimeSpan HoldDown = TimeSpan.FromSeconds(2);

    /// <summary>The least time between two writes that only this asks for.</summary>
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(10);

    private const long Never = long.MaxValue;
    private ConditionChange? _latest;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private long _writeAt = Never;

    /// <summary>What the registration doesn't say yet; null if it says everything.</summary>
    /// <param name="member">The registration, as last written.</param>
    public ConditionChange? Pending(WorkloadAutoRegistration member) => _latest is { } latest && !latest.IsStateOf(member) ? latest : null;

    /// <summary>Takes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="member">The registration, as last written.</param>
    public void Take(HealthReport report, WorkloadAutoRegistration member)
    {
        _latest = SidecarCondition.Of(report) ?? _latest;
        if (Pending(member) is null)
        {
            Volatile.Write(ref _writeAt, Never);
        }
        else if (Volatile.Read(ref _writeAt) == Never)
        {
            WriteAfter(HoldDown);
        }
    }

    /// <summary>It was written.</summary>
    public void Written()
    {
        Volatile.Write(ref _writeAt, Never);
        _notBefore = time.GetUtcNow() + Spacing;
    }

    /// <summary>It is to be written after this time.</summary>
    /// <param name="pause">The time.</param>
    public void WriteAfter(TimeSpan pause)
    {
        DateTimeOffset at = time.GetUtcNow() + pause;
        Volatile.Write(ref _writeAt, (at > _notBefore ? at : _notBefore).UtcTicks);
    }

    /// <summary>True, once, when it is to be written.</summary>
    /// <param name="now">The time.</param>
    public bool TakeIfDue(DateTimeOffset now) =>
        Volatile.Read(ref _writeAt) is var at && now.UtcTicks >= at && Interlocked.CompareExchange(ref _writeAt, Never, at) == at;
}
