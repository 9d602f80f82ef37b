using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// How the sidecar of a session is, and when that is to be written: on change only, once it has lasted, and not often. An agent that
/// changed its mind without end would otherwise have the plane write without end. For the session's mailbox alone, but for
/// <see cref="TakeIfDue"/> and <see cref="WriteAfter"/>.
/// </summary>
internal sealed class SidecarHealth(TimeProvider time)
{
    /// <summary>What doesn't last this long isn't written: a sidecar that starts is ready in a moment.</summary>
    private static readonly TimeSpan HoldDown = TimeSpan.FromSeconds(2);

    /// <summary>The least time between two writes that only this asks for.</summary>
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(10);

    private readonly DueTime _due = new();
    private ConditionChange? _latest;
    private long _notBefore = DateTimeOffset.MinValue.UtcTicks;

    /// <summary>What the registration doesn't say yet; null if it says everything.</summary>
    /// <param name="member">The registration, as last written.</param>
    public ConditionChange? Pending(WorkloadAutoRegistration member) => _latest is { } latest && !latest.IsStateOf(member) ? latest : null;

    /// <summary>Takes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="member">The registration, as last written.</param>
    public void Take(HealthReport report, WorkloadAutoRegistration member)
    {
        _latest = SidecarCondition.FromReport(report) ?? _latest;
        if (Pending(member) is null)
        {
            _due.Clear();
        }
        else if (!_due.IsSet)
        {
            WriteAfter(HoldDown);
        }
    }

    /// <summary>It was written.</summary>
    public void Written()
    {
        _due.Clear();
        Volatile.Write(ref _notBefore, (time.GetUtcNow() + Spacing).UtcTicks);
    }

    /// <summary>It is to be written after this time.</summary>
    /// <param name="pause">The time.</param>
    public void WriteAfter(TimeSpan pause)
    {
        var notBefore = new DateTimeOffset(Volatile.Read(ref _notBefore), TimeSpan.Zero);
        DateTimeOffset at = time.GetUtcNow() + pause;
        _due.Set(at > notBefore ? at : notBefore);
    }

    /// <summary>True, once, when it is to be written.</summary>
    /// <param name="now">The time.</param>
    public bool TakeIfDue(DateTimeOffset now) => _due.TakeIfDue(now);
}
