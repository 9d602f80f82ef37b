using Onboarding.Api.Runtime;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>What a sidecar starts from, without its token.</summary>
internal sealed record BootContent
{
    /// <summary>Environment of the sidecar.</summary>
    public required string ClusterEnv { get; init; }

    /// <summary>Mesh configuration.</summary>
    public required string MeshYaml { get; init; }

    /// <summary>Roots that the control plane's certificates chain to.</summary>
    public required string RootCertificate { get; init; }

    /// <summary>The part that applies without a restart.</summary>
    public required LiveContent Live { get; init; }

    /// <summary>A change of this restarts the sidecar.</summary>
    public string CoreHash => LiveContent.HashOf(ClusterEnv, MeshYaml, RootCertificate);

    /// <summary>True if a revision says that it is of this.</summary>
    public bool Is(BootConfigurationRevision? revision) =>
        revision is not null && revision.CoreHash == CoreHash && revision.LiveHash == Live.Hash;
}
