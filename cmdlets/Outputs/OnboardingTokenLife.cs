namespace Onboarding.Cmdlets;

/// <summary>How long the onboarding token is good, and what becomes of it. The token itself is in no object.</summary>
public sealed class OnboardingTokenLife
{
    private readonly string _phase;

    private OnboardingTokenLife(DateTimeOffset expiresAt, string phase)
    {
        ExpiresAt = expiresAt;
        _phase = phase;
    }

    /// <summary>When it expires.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>How long it is still good; negative if it has expired.</summary>
    public TimeSpan ExpiresIn => ExpiresAt - TimeProvider.System.GetUtcNow();

    /// <summary>True if the session renews it as things are.</summary>
    public bool IsRenewed => ExpiresIn > TimeSpan.Zero && (_phase is "Connected" or "Healthy");

    /// <inheritdoc/>
    public override string ToString() => SpanText.Token(ExpiresAt, _phase);

    internal static OnboardingTokenLife? Until(DateTimeOffset? expiresAt, string phase) => expiresAt is { } at ? new OnboardingTokenLife(at, phase) : null;
}
