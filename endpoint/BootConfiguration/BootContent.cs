using System.Security.Cryptography;
using System.Text;
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

    /// <summary>Names that resolve without DNS.</summary>
    public required string Hosts { get; init; }

    /// <summary>Namespace of the service account.</summary>
    public required string Namespace { get; init; }

    /// <summary>The service account that the istio-token is made of.</summary>
    public required string ServiceAccount { get; init; }

    /// <summary>Who the sidecar will be in the mesh.</summary>
    public required string SpiffeId { get; init; }

    /// <summary>A change of this restarts the sidecar.</summary>
    public string CoreHash => Hash(ClusterEnv, MeshYaml, RootCertificate);

    /// <summary>A change of this applies without a restart. The token's identity counts, its bytes change every half hour.</summary>
    public string LiveHash => Hash(Hosts, $"{Namespace}/{ServiceAccount}", SpiffeId);

    /// <summary>The revision: the last one's generation if nothing changed, else the next.</summary>
    public BootConfigurationRevision RevisionAfter(BootConfigurationRevision? last) =>
        last is not null && last.CoreHash == CoreHash && last.LiveHash == LiveHash
            ? last
            : new BootConfigurationRevision((last?.Generation ?? 0) + 1, CoreHash, LiveHash);

    // NUL can't be in any of them: moving text from one file to the next changes the hash.
    private static string Hash(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
}
