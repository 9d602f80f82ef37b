namespace Onboarding.Cmdlets;

/// <summary>How long a sidecar may drain.</summary>
internal static class DrainTime
{
    /// <summary>Null for the configured time.</summary>
    public static TimeSpan? Of(bool force, int? seconds) => force ? TimeSpan.Zero : seconds is { } s ? TimeSpan.FromSeconds(s) : null;
}
