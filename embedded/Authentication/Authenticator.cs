using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Authentication;

/// <summary>Finds out who sends a request: the administrator by the token in the kubeconfig, or a service account.</summary>
internal sealed class Authenticator(string administratorToken, ServiceAccountTokens tokens)
{
    private readonly byte[] _administrator = SHA256.HashData(Encoding.UTF8.GetBytes(administratorToken));

    /// <summary>The sender; null if the request has no valid credential.</summary>
    public UserInfo? Authenticate(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? Review(header["Bearer ".Length..].Trim(), []).User : null;
    }

    public TokenReviewResult Review(string token, IReadOnlyCollection<string> audiences)
    {
        // Hashes are compared, in constant time: the time of an answer tells nothing about the token.
        bool administrator = CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), _administrator);
        return administrator && (audiences.Count == 0 || audiences.Contains(ServiceAccountTokens.Issuer))
            ? new TokenReviewResult(UserInfo.Administrator, [ServiceAccountTokens.Issuer], "")
            : tokens.Review(token, audiences);
    }
}
