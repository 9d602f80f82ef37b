using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Kubernetes.Authentication;

/// <summary>What a request is authenticated with. A class, not a record, so that nothing prints it.</summary>
internal sealed class ApiCredential(AuthenticationHeaderValue? authorization, X509Certificate2? certificate)
{
    public AuthenticationHeaderValue? Authorization { get; } = authorization;

    public X509Certificate2? Certificate { get; } = certificate;

    public static AuthenticationHeaderValue Bearer(string token, string origin)
    {
        // A token with a line break or another character a header can't carry would fail later with an exception that quotes it.
        if (token.Length == 0 || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new KubeConfigException($"{origin} isn't a bearer token: it is empty or has characters no token has.");
        }

        return new AuthenticationHeaderValue("Bearer", token);
    }
}

/// <summary>Where credentials come from.</summary>
internal interface IApiCredentialSource : IDisposable
{
    /// <summary>The credential to use now.</summary>
    /// <exception cref="KubeConfigException">There is none to be had.</exception>
    ValueTask<ApiCredential> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server refused this one. True if another attempt has a chance.</summary>
    bool Discard(ApiCredential credential);
}
