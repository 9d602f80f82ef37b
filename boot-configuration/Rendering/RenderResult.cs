namespace Onboarding.BootConfiguration.Rendering;

/// <summary>What was rendered. It holds no token: that is only in its file.</summary>
public sealed record RenderResult
{
    /// <summary>Where the files are.</summary>
    public required string Directory { get; init; }

    /// <summary>Names of the files that were written, in alphabetic order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>What a person should know of them: a token to protect, no address for istiod.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The group's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The group's name.</summary>
    public required string WorkloadGroup { get; init; }

    /// <summary>The service account the workload runs as; may be empty.</summary>
    public required string ServiceAccount { get; init; }

    /// <summary>Revision of the control plane the files are for; <c>default</c> or empty for none.</summary>
    public required string Revision { get; init; }

    /// <summary>When istio-token expires; null if none was made.</summary>
    public DateTimeOffset? TokenExpiresAt { get; init; }
}
