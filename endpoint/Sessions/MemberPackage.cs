using Onboarding.Api.Rpc;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// The sidecar's package on a member's machine, by its agent's word. Attack: each change makes a new boot configuration, and the plane writes it
/// down; so one that changes its word without end is taken at it now and then. For the session's mailbox alone.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="first">What the agent said at the session's begin.</param>
internal sealed class MemberPackage(TimeProvider time, HealthReport? first)
{
    private const int Longest = 64;
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(10);
    private string _latest = NameIn(first);
    private string _name = NameIn(first);
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    /// <summary>Its name; empty for the one that the agent began with.</summary>
    public string Settle()
    {
        if (_latest != _name && time.GetUtcNow() is var now && now >= _notBefore)
        {
            (_name, _notBefore) = (_latest, now + Spacing);
        }

        return _name;
    }

    /// <summary>The name in a report; empty where it is none.</summary>
    /// <param name="report">The report; null from an agent that sends none.</param>
    public static string NameIn(HealthReport? report) =>
        report?.Package is { Length: > 0 and <= Longest } name && name.All(char.IsAsciiHexDigitLower) ? name : "";

    /// <summary>Takes a report.</summary>
    /// <param name="report">The report.</param>
    /// <returns>When it makes a difference; null if it says nothing new.</returns>
    public DateTimeOffset? Take(HealthReport report)
    {
        string name = NameIn(report);
        if (name == _latest)
        {
            return null;
        }

        _latest = name;
        DateTimeOffset now = time.GetUtcNow();
        return now > _notBefore ? now : _notBefore;
    }
}
