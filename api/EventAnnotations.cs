namespace Onboarding.Api;

/// <summary>Events the plane writes, and what their annotations hold (docs/reference/names.md).</summary>
public static class EventAnnotations
{
    /// <summary>Reason of the Event about a workload that was refused; its object is the WorkloadGroup.</summary>
    public const string Refused = "OnboardingRefused";

    /// <summary>Reason of the Event about a dry run that was refused (<c>Test-MeshOnboarding</c>); its object is the WorkloadGroup.</summary>
    public const string DryRunRefused = "OnboardingDryRunRefused";

    /// <summary>Reason of the Event about a member that no policy admits any more; its object is the WorkloadAutoRegistration.</summary>
    public const string Unauthorized = "NoLongerAuthorized";

    /// <summary>Reason of the Event about a member that was removed for that; its object is the WorkloadGroup.</summary>
    public const string Evicted = "MemberEvicted";

    /// <summary>The last correlation ids, newest first, at most 5: a JSON array.</summary>
    public const string CorrelationIds = "events.onboarding.tetrate.io/correlation-ids";

    /// <summary>The reason code, e.g. <c>NOT_AUTHORIZED</c>.</summary>
    public const string Reason = "events.onboarding.tetrate.io/reason";

    /// <summary>The verified identity: JSON.</summary>
    public const string Identity = "events.onboarding.tetrate.io/identity";

    /// <summary>The part of the registration's name that identifies the workload, e.g. <c>jwt-demo--laptop</c>.</summary>
    public const string Instance = "events.onboarding.tetrate.io/instance";

    /// <summary>The rule that came closest, and what it lacked.</summary>
    public const string Explanation = "events.onboarding.tetrate.io/explanation";

    /// <summary>The command to run next.</summary>
    public const string Remediation = "events.onboarding.tetrate.io/remediation";
}
