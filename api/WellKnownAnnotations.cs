namespace Onboarding.Api;

/// <summary>Annotations this project reads or writes (docs/reference/names.md).</summary>
public static class WellKnownAnnotations
{
    /// <summary>Istio: overrides of <c>defaultConfig</c>, YAML, on a WorkloadGroup.</summary>
    public const string ProxyConfig = "proxy.istio.io/config";

    /// <summary>Istio: <c>true</c> on a WorkloadEntry whose endpoint counts only while its condition Healthy is True.</summary>
    public const string HealthChecksEnabled = "proxy.istio.io/health-checks-enabled";

    /// <summary>Ours, on a WorkloadEntry: name of the WorkloadGroup it was made from.</summary>
    public const string WorkloadGroup = "onboarding.tetrate.io/workload-group";

    /// <summary>Ours, on a WorkloadAutoRegistration: uid of the WorkloadGroup it was made for.</summary>
    public const string WorkloadGroupUid = "onboarding.tetrate.io/workload-group-uid";

    /// <summary>
    /// Ours, on a WorkloadEntry with label <see cref="WellKnownLabels.Tunnel"/>: what turns HBONE on. In a registration's snapshot: <c>true</c> if the
    /// member runs with HBONE, else <c>false</c>.
    /// </summary>
    public const string Hbone = "onboarding.tetrate.io/hbone";

    /// <summary>Ours, on a WorkloadAutoRegistration: thumbprint of the key its identity is bound to.</summary>
    public const string KeyThumbprint = "onboarding.tetrate.io/jkt";

    /// <summary>
    /// Ours, on a WorkloadAutoRegistration: an operator excludes it, and says why. The machine is refused until its administrator rejoins it.
    /// </summary>
    /// <remarks>The plane notes it on the identity's WorkloadKeyBinding (<see cref="Runtime.StayOutMarks"/>) and removes the registration.</remarks>
    public const string StayOut = "onboarding.tetrate.io/stay-out";

    /// <summary>Ours, on a WorkloadKeyBinding: since when its identity isn't registered, RFC 3339. Counts for <c>keyBinding.retention</c>.</summary>
    public const string UnusedSince = "onboarding.tetrate.io/unused-since";

    /// <summary>Ours, on a WorkloadAutoRegistration: the WorkloadGroup as the member runs it, JSON. A rollout takes changes over.</summary>
    public const string WorkloadGroupSnapshot = "onboarding.tetrate.io/workload-group-snapshot";

    /// <summary>
    /// Ours, on a WorkloadAutoRegistration: the plane's MAC over its name and the snapshot (HMAC-SHA256, base64url). A snapshot without it
    /// doesn't count.
    /// </summary>
    public const string WorkloadGroupSnapshotMac = "onboarding.tetrate.io/workload-group-snapshot-mac";

    /// <summary>Istio: what istiod alone writes on a WorkloadEntry, about the proxy that has it.</summary>
    public static IReadOnlySet<string> OfIstiod { get; } = new HashSet<string>
    {
        "istio.io/autoRegistrationGroup", "istio.io/connectedAt", "istio.io/disconnectedAt", "istio.io/workloadController",
    };
}
