namespace Onboarding.Kubernetes;

/// <summary>Times of a <see cref="LeaderElector"/>. Must fall: duration &gt; deadline &gt; period.</summary>
public sealed record LeaderElectorOptions
{
    /// <summary>Time others leave a silent leader.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time after which a leader that couldn't renew stops leading: sooner than others take over.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two attempts.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    internal LeaderElectorOptions Checked() =>
        LeaseDuration > RenewDeadline && RenewDeadline > RetryPeriod && RetryPeriod > TimeSpan.Zero
            ? this
            : throw new ArgumentException(
                $"A leader must give up before others take over: lease duration {LeaseDuration} > renew deadline {RenewDeadline} > retry period {RetryPeriod} > 0.");
}
