using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>Fetches an issuer's keys, from its <c>jwksUri</c> or where its OpenID configuration says they are.</summary>
internal sealed partial class IssuerKeyFetcher(IssuerHttpClient http, ILogger<IssuerKeyFetcher>? logger = null)
{
    private readonly ILogger _logger = logger ?? (ILogger)NullLogger.Instance;

    /// <summary>Fetches the keys of an issuer.</summary>
    /// <exception cref="IssuerKeysException">They can't be had.</exception>
    public async Task<IReadOnlyList<JsonWebKey>> FetchAsync(JwtIssuerSettings issuer, CancellationToken cancellationToken)
    {
        Uri uri = issuer.JwksUri ?? await DiscoverAsync(issuer.Issuer, cancellationToken);
        return KeySetReader.Read(await http.GetAsync(uri, cancellationToken), uri.ToString(), count => LogSkipped(_logger, count, uri));
    }

    private async Task<Uri> DiscoverAsync(string issuer, CancellationToken cancellationToken)
    {
        var uri = new Uri(issuer.TrimEnd('/') + "/.well-known/openid-configuration");
        OpenIdConnectConfiguration configuration;
        string json = await http.GetAsync(uri, cancellationToken);
        try
        {
            configuration = OpenIdConnectConfiguration.Create(json);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or System.Text.Json.JsonException)
        {
            throw new IssuerKeysException($"{uri} isn't an OpenID configuration", e);
        }

        // A document of another tenant's, served here by mistake or by malice, must not lend us its keys.
        if (configuration.Issuer != issuer)
        {
            throw new IssuerKeysException($"{uri} is the configuration of another issuer than {issuer}; configure exactly what it prints as issuer");
        }

        return Uri.TryCreate(configuration.JwksUri, UriKind.Absolute, out Uri? jwks)
            ? jwks
            : throw new IssuerKeysException($"{uri} has no jwks_uri");
    }

    [LoggerMessage(4074, LogLevel.Warning, "{Count} of the keys at {Uri} can't be read and are left out; the others count. Tell the issuer.")]
    private static partial void LogSkipped(ILogger logger, int count, Uri uri);
}
