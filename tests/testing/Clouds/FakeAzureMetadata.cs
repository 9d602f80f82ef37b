using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Testing.Clouds;

/// <summary>
/// Azure's instance metadata service with its rules: requests need <c>Metadata: true</c>, none come through a proxy, a nonce has at
/// most 32 characters, and a token of the managed identity is the same one for hours.
/// </summary>
public sealed class FakeAzureMetadata : IAsyncDisposable
{
    private const int LongestNonce = 32;
    private readonly AzureCloud _cloud;
    private readonly IssuedCertificate _signer;
    private readonly Dictionary<string, string> _tokens = [];
    private LoopbackServer? _server;

    private FakeAzureMetadata(AzureCloud cloud, IssuedCertificate signer)
    {
        _cloud = cloud;
        _signer = signer;
    }

    /// <summary>False: the machine has no managed identity.</summary>
    public bool HasIdentity { get; set; } = true;

    /// <summary>Answers instead of the service, if set: faults and impostors.</summary>
    public RequestDelegate? Instead { get; set; }

    public Uri Url => _server!.Url;

    public IReadOnlyCollection<string> Requests => _server!.Requests;

    public static async Task<FakeAzureMetadata> StartAsync(AzureCloud cloud, IssuedCertificate? signer = null)
    {
        var metadata = new FakeAzureMetadata(cloud, signer ?? cloud.Signer);
        metadata._server = await LoopbackServer.StartAsync(metadata.AnswerAsync);
        return metadata;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        if (Instead is { } instead)
        {
            return instead(http);
        }

        if (http.Request.Headers["Metadata"] != "true" || http.Request.Headers.ContainsKey("X-Forwarded-For") || http.Request.Query["api-version"].Count == 0)
        {
            return LoopbackServer.StatusAsync(http, 400);
        }

        return http.Request.Path.Value switch
        {
            "/metadata/attested/document" => GiveDocumentAsync(http),
            "/metadata/identity/oauth2/token" => GiveTokenAsync(http),
            _ => LoopbackServer.StatusAsync(http, 404),
        };
    }

    private Task GiveDocumentAsync(HttpContext http)
    {
        string nonce = http.Request.Query["nonce"].ToString();
        if (nonce.Length > LongestNonce || !nonce.All(char.IsAsciiLetterOrDigit))
        {
            return LoopbackServer.StatusAsync(http, 400);
        }

        byte[] document = _cloud.Sign(AzureCloud.Content(nonce, DateTimeOffset.UtcNow), _signer);
        return LoopbackServer.TextAsync(
            http, new JsonObject { ["encoding"] = "pkcs7", ["signature"] = Convert.ToBase64String(document) }.ToJsonString(), "application/json");
    }

    private Task GiveTokenAsync(HttpContext http)
    {
        string resource = http.Request.Query["resource"].ToString();
        if (!HasIdentity || resource.Length == 0)
        {
            return LoopbackServer.StatusAsync(http, 400);
        }

        string token;
        lock (_tokens)
        {
            if (!_tokens.TryGetValue(resource, out token!))
            {
                JsonObject claims = AzureCloud.Claims(DateTimeOffset.UtcNow);
                claims["aud"] = resource;
                _tokens[resource] = token = _cloud.Tokens.Sign(claims);
            }
        }

        return LoopbackServer.TextAsync(
            http,
            new JsonObject { ["access_token"] = token, ["expires_in"] = "86399", ["resource"] = resource, ["token_type"] = "Bearer" }.ToJsonString(),
            "application/json");
    }
}
