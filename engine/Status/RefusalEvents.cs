namespace Onboarding.Engine.Status;

/// <summary>How the plane writes refusals into Events (docs/reference/names.md).</summary>
internal static class RefusalEvents
{
    public const string Reason = "OnboardingRefused";
    private const string Prefix = "events.onboarding.tetrate.io/";
    public const string CorrelationIds = $"{Prefix}correlation-ids";
    public const string ReasonCode = $"{Prefix}reason";
    public const string Identity = $"{Prefix}identity";
    public const string Instance = $"{Prefix}instance";
    public const string Explanation = $"{Prefix}explanation";
    public const string Remediation = $"{Prefix}remediation";
}
