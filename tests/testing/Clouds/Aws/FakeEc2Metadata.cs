using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Testing.Clouds.Aws;

/// <summary>
/// EC2's metadata service with its rules: version 2 only, a token for each session with a time to live, no token through a proxy, and
/// the documents in the form in which AWS serves them.
/// </summary>
public sealed class FakeEc2Metadata : IAsyncDisposable
{
    private const int Line = 64;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new();
    private LoopbackServer? _server;

    /// <summary>The signed document, as bytes.</summary>
    public byte[] SignedDocument { get; set; } = [];

    public TestInstance Instance { get; init; } = new();

    public TestRole? Role { get; set; }

    /// <summary>The instance's public address; null if it has none.</summary>
    public string? PublicAddress { get; set; }

    /// <summary>Answers instead of the service, if set: faults and impostors.</summary>
    public RequestDelegate? Instead { get; set; }

    public Uri Url => _server!.Url;

    public IReadOnlyCollection<string> Requests => _server!.Requests;

    public static async Task<FakeEc2Metadata> StartAsync(TestInstance instance, byte[] signedDocument, TestRole? role = null)
    {
        var service = new FakeEc2Metadata { Instance = instance, SignedDocument = signedDocument, Role = role };
        service._server = await LoopbackServer.StartAsync(service.AnswerAsync);
        return service;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        if (Instead is { } instead)
        {
            return instead(http);
        }

        return http.Request.Path == "/latest/api/token" ? GiveTokenAsync(http) : GiveAsync(http);
    }

    private Task GiveTokenAsync(HttpContext http)
    {
        bool isAsked = int.TryParse(http.Request.Headers["X-aws-ec2-metadata-token-ttl-seconds"], CultureInfo.InvariantCulture, out int seconds)
            && seconds is >= 1 and <= 21600;
        if (http.Request.Method != "PUT" || !isAsked)
        {
            return LoopbackServer.StatusAsync(http, http.Request.Method != "PUT" ? 405 : 400);
        }

        // What came through a proxy gets none.
        if (http.Request.Headers.ContainsKey("X-Forwarded-For"))
        {
            return LoopbackServer.StatusAsync(http, 403);
        }

        string token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(42));
        _tokens[token] = DateTimeOffset.UtcNow.AddSeconds(seconds);
        http.Response.Headers["X-aws-ec2-metadata-token-ttl-seconds"] = seconds.ToString(CultureInfo.InvariantCulture);
        return LoopbackServer.TextAsync(http, token);
    }

    private Task GiveAsync(HttpContext http)
    {
        string token = http.Request.Headers["X-aws-ec2-metadata-token"].ToString();
        if (!_tokens.TryGetValue(token, out DateTimeOffset until) || until < DateTimeOffset.UtcNow)
        {
            return LoopbackServer.StatusAsync(http, 401);
        }

        const string Roles = "/latest/meta-data/iam/security-credentials/";
        string? text = http.Request.Path.Value switch
        {
            "/latest/dynamic/instance-identity/rsa2048" => InLines(SignedDocument),
            "/latest/meta-data/placement/region" => Instance.Region,
            "/latest/meta-data/local-ipv4" => "10.158.112.84",
            "/latest/meta-data/public-ipv4" => PublicAddress,
            Roles => Role?.Role,
            { } path when Role is not null && path == Roles + Role.Role => Role.ToJson(),
            _ => null,
        };
        return text is null ? LoopbackServer.StatusAsync(http, 404) : LoopbackServer.TextAsync(http, text);
    }

    private static string InLines(byte[] bytes) =>
        string.Join('\n', Convert.ToBase64String(bytes).Chunk(Line).Select(chunk => new string(chunk)));
}
