using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Testing.Clouds;

/// <summary>
/// Compute Engine's metadata server with its rules: requests need <c>Metadata-Flavor: Google</c>, none come through a proxy, answers
/// say who gives them, and every identity token is signed again.
/// </summary>
public sealed class FakeGoogleMetadata : IAsyncDisposable
{
    private const string Identity = "/computeMetadata/v1/instance/service-accounts/default/identity";
    private readonly TokenSigner _google;
    private LoopbackServer? _server;
    private int _tokens;

    private FakeGoogleMetadata(TokenSigner google) => _google = google;

    /// <summary>False: the instance has no service account.</summary>
    public bool HasAccount { get; set; } = true;

    /// <summary>Answers instead of the server, if set: faults and impostors.</summary>
    public RequestDelegate? Instead { get; set; }

    /// <summary>What <c>GCE_METADATA_HOST</c> is to be.</summary>
    public string Host => $"127.0.0.1:{_server!.Port}";

    public IReadOnlyCollection<string> Requests => _server!.Requests;

    public static async Task<FakeGoogleMetadata> StartAsync(TokenSigner google)
    {
        var metadata = new FakeGoogleMetadata(google);
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

        http.Response.Headers["Metadata-Flavor"] = "Google";
        http.Response.Headers.Server = "Metadata Server for VM";
        if (http.Request.Headers["Metadata-Flavor"] != "Google" || http.Request.Headers.ContainsKey("X-Forwarded-For"))
        {
            return LoopbackServer.StatusAsync(http, 403);
        }

        if (http.Request.Path != Identity || !HasAccount)
        {
            return LoopbackServer.StatusAsync(http, http.Request.Path == "/computeMetadata/v1/" ? 200 : 404);
        }

        string audience = http.Request.Query["audience"].ToString();
        if (audience.Length == 0)
        {
            return LoopbackServer.StatusAsync(http, 400);
        }

        JsonObject claims = GoogleTokens.Claims(audience, DateTimeOffset.UtcNow);
        claims["azp"] = $"{Interlocked.Increment(ref _tokens)}";
        if (http.Request.Query["format"] != "full")
        {
            claims.Remove("google");
        }

        return LoopbackServer.TextAsync(http, _google.Sign(claims), "text/html");
    }
}
