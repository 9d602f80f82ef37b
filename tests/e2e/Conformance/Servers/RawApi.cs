using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Onboarding.Kubernetes;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>Speaks to the API in plain HTTP, for what our client doesn't ask for.</summary>
public sealed class RawApi : IDisposable
{
    private readonly HttpClient _http;

    public RawApi(KubernetesClientConfiguration access)
    {
        ArgumentNullException.ThrowIfNull(access);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(access.CertificateAuthorities!);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = policy;
        _http = new HttpClient(handler) { BaseAddress = new Uri(access.Host), DefaultRequestVersion = HttpVersion.Version20 };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", access.AccessToken);
    }

    public Task<RawAnswer> GetAsync(string path, string accept = "application/json") => SendAsync(HttpMethod.Get, path, null, "", accept);

    public Task<RawAnswer> PostAsync(string path, string body, string type = "application/json") =>
        SendAsync(HttpMethod.Post, path, body, type, "application/json");

    public Task<RawAnswer> PutAsync(string path, string body) =>
        SendAsync(HttpMethod.Put, path, body, "application/json", "application/json");

    public Task<RawAnswer> PatchAsync(string path, string body, string type) =>
        SendAsync(HttpMethod.Patch, path, body, type, "application/json");

    public Task<RawAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null, "", "application/json");

    public void Dispose() => _http.Dispose();

    private async Task<RawAnswer> SendAsync(HttpMethod method, string path, string? body, string type, string accept)
    {
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version20 };
        request.Headers.Add("Accept", accept);
        if (body is not null)
        {
            request.Content = new StringContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        string[] warnings = response.Headers.TryGetValues("Warning", out IEnumerable<string>? values) ? [.. values] : [];
        bool json = response.Content.Headers.ContentType?.MediaType == "application/json";
        return new RawAnswer((int)response.StatusCode, json ? JsonNode.Parse(text)!.AsObject() : new() { ["text"] = text }, warnings);
    }
}
