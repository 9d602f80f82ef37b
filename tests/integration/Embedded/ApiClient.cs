using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>Speaks plain HTTP to the API with what a kubeconfig says, so that every byte of it is the test's.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly X509Certificate2 _authority;

    public ApiClient(string kubeconfig, string? token = null)
    {
        string[] lines = File.ReadAllLines(kubeconfig);
        string Field(string name) => lines.Single(l => l.Trim().StartsWith(name + ": ", StringComparison.Ordinal)).Trim()[(name.Length + 2)..];
        _authority = X509CertificateLoader.LoadCertificate(
            Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Convert.FromBase64String(Field("certificate-authority-data")))));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(_authority);
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(Field("server")),
            DefaultRequestVersion = HttpVersion.Version20,
        };
        token ??= Field("token");
        if (token.Length > 0)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Task<ApiAnswer> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, null, null, accept);

    public Task<ApiAnswer> PostAsync(string path, string body, string type = "application/json") =>
        SendAsync(HttpMethod.Post, path, body, type);

    public Task<ApiAnswer> PutAsync(string path, string body) => SendAsync(HttpMethod.Put, path, body, "application/json");

    public Task<ApiAnswer> DeleteAsync(string path, string? body = null) => SendAsync(HttpMethod.Delete, path, body, "application/json");

    public Task<ApiAnswer> MergeAsync(string path, string body) => PatchAsync(path, body, "application/merge-patch+json");

    public Task<ApiAnswer> PatchAsync(string path, string body, string type) => SendAsync(HttpMethod.Patch, path, body, type);

    public Task<ApiAnswer> ApplyAsync(string path, string manager, string body, bool force = false) => PatchAsync(
        $"{path}?fieldManager={manager}&force={(force ? "true" : "false")}", body, "application/apply-patch+yaml");

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body, string? type, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version20 };
        if (body is not null)
        {
            request.Content = new StringContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type!);
        }

        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        string[] warnings = response.Headers.TryGetValues("Warning", out IEnumerable<string>? values) ? [.. values] : [];
        return new ApiAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), warnings);
    }

    /// <summary>The events of a watch, until the caller stops reading.</summary>
    public async IAsyncEnumerable<JsonObject> WatchAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20 };
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            yield return JsonNode.Parse(line)!.AsObject();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _authority.Dispose();
    }
}
