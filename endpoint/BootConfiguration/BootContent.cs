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

    /// <summary>The part that applies without a restart.</summary>
    public required LiveContent Live { get; init; }

    /// <summary>The sidecar's package on the machine, as its agent names it; empty for the one that it began with.</summary>
    public string Package { get; init; } = "";

    /// <summary>A change of this restarts the sidecar.</summary>
    /// <remarks>
    /// Whether there are revocation lists is part of it, and which they are isn't: a proxy is told the name of the file, if it is there, and follows it.
    /// </remarks>
    public string CoreHash => LiveContent.HashOf(
        [
            ClusterEnv, MeshYaml, RootCertificate,
            .. Live.RevocationLists.Length == 0 ? Array.Empty<string>() : ["ca-crl.pem"],
            .. Package.Length == 0 ? Array.Empty<string>() : [$"package {Package}"],
        ]);

    /// <summary>True if a revision says that it is of this.</summary>
    public bool Is(BootConfigurationRevision? revision) =>
        revision is not null && revision.CoreHash == CoreHash && revision.LiveHash == Live.Hash;
}

/// <summary>What of a boot configuration applies without a restart.</summary>
/// <param name="Hosts">Names that resolve without DNS.</param>
/// <param name="Account">Who the istio-token is made of.</param>
internal sealed record LiveContent(string Hosts, MeshAccount Account)
{
    /// <summary>Revocation lists, PEM; empty where the authority has none.</summary>
    public string RevocationLists { get; init; } = "";

    /// <summary>The token's identity counts, its bytes change every half hour.</summary>
    public string Hash => RevocationLists.Length == 0
        ? HashOf(Hosts, $"{Account.Namespace}/{Account.Name}", Account.SpiffeId)
        : HashOf(Hosts, $"{Account.Namespace}/{Account.Name}", Account.SpiffeId, RevocationLists);

    // NUL can't be in any of them: moving text from one file to the next changes the hash.
    internal static string HashOf(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
}

/// <summary>Who a sidecar is in the mesh.</summary>
/// <param name="Namespace">Namespace of the service account.</param>
/// <param name="Name">The service account.</param>
/// <param name="SpiffeId">What istiod calls it.</param>
internal sealed record MeshAccount(string Namespace, string Name, string SpiffeId);
