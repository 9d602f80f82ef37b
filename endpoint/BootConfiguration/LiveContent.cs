using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>What of a boot configuration applies without a restart.</summary>
/// <param name="Hosts">Names that resolve without DNS.</param>
/// <param name="Account">Who the istio-token is made of.</param>
internal sealed record LiveContent(string Hosts, MeshAccount Account)
{
    /// <summary>The token's identity counts, its bytes change every half hour.</summary>
    public string Hash => HashOf(Hosts, $"{Account.Namespace}/{Account.Name}", Account.SpiffeId);

    // NUL can't be in any of them: moving text from one file to the next changes the hash.
    internal static string HashOf(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
}
