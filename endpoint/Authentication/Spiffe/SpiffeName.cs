using System.Diagnostics.CodeAnalysis;
using Onboarding.Api.Identity;

namespace Onboarding.Endpoint.Authentication.Spiffe;

/// <summary>Reads SPIFFE IDs as the standard has them (SPIFFE-ID section 2): nothing is normalised, what isn't one is refused.</summary>
internal static class SpiffeName
{
    private const string Scheme = "spiffe://";
    private const int Longest = 2048;
    private const int LongestDomain = 255;

    /// <summary>Reads <c>spiffe://&lt;trust domain&gt;[/path]</c>.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out SpiffeIdentity? identity)
    {
        identity = null;
        if (text is null || text.Length > Longest || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        string rest = text[Scheme.Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string domain = slash < 0 ? rest : rest[..slash];
        string path = slash < 0 ? "" : rest[slash..];
        if (domain.Length is 0 or > LongestDomain || !domain.All(IsDomain) || !IsPath(path))
        {
            return false;
        }

        identity = new SpiffeIdentity { TrustDomain = domain, Path = path };
        return true;
    }

    private static bool IsDomain(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_';

    // No empty, "." or ".." segments, no percent-encoding, no query: two spellings of one path can't exist.
    private static bool IsPath(string path) => path.Length == 0 || path[1..].Split('/').All(
        segment => segment is not ("" or "." or "..") && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
}
