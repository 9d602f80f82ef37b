namespace Onboarding.Client.Notices;

/// <summary>A platform's word that it takes this machine away, or makes it stand still for longer than its clients wait.</summary>
/// <param name="Id">Which notice it is, where the platform tells them apart.</param>
/// <param name="What">What happens, for people.</param>
/// <param name="Deadline">When; null if the platform doesn't say, and it may be at once.</param>
internal sealed record DepartureNotice(string Id, string What, DateTimeOffset? Deadline)
{
    /// <summary>True if the platform waits for this machine alone, and may be told that it needn't wait any more.</summary>
    public bool IsAcknowledged { get; init; }

    // For its clients to learn of it and for the sidecar to drain. Some notices come weeks ahead; a machine serves until it is time.
    private static readonly TimeSpan Lead = TimeSpan.FromMinutes(2);

    /// <summary>True if it is time to leave.</summary>
    /// <param name="now">The time.</param>
    public bool IsDue(DateTimeOffset now) => Deadline is not { } deadline || deadline - Lead <= now;
}
