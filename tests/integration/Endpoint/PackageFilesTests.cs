using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>The endpoint gives packages to anyone, and nothing that isn't one.</summary>
public sealed class PackageFilesTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly X509ChainPolicy _trust = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
    private TestPlane _plane = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_directory["packages/apt/pool"]);
        Directory.CreateDirectory(_directory["packages/install"]);
        Directory.CreateDirectory(_directory["outside"]);
        await File.WriteAllTextAsync(_directory["packages/apt/pool/agent.deb"], "0123456789");
        await File.WriteAllTextAsync(_directory["packages/install/index.html"], "the list");
        await File.WriteAllTextAsync(_directory["packages/apt/.token"], "secret");
        await File.WriteAllTextAsync(_directory["packages/tls.key"], "secret");
        await File.WriteAllTextAsync(_directory["outside/key"], "secret");
        File.CreateSymbolicLink(_directory["packages/apt/link"], _directory["outside/key"]);
        File.CreateSymbolicLink(_directory["packages/apt/links"], _directory["outside"]);
        _plane = await TestPlane.StartAsync(options: o => o with { Packages = _directory["packages"] });
        _trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(_plane.CertificateAuthorityPath));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = _trust;
        _client = new HttpClient(handler) { BaseAddress = _plane.Endpoint.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task A_file_comes_whole_in_ranges_and_only_if_it_has_changed()
    {
        using HttpResponseMessage whole = await _client.GetAsync("/apt/pool/agent.deb");
        whole.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await whole.Content.ReadAsStringAsync()).ShouldBe("0123456789");
        EntityTagHeaderValue tag = whole.Headers.ETag!;

        using var part = new HttpRequestMessage(HttpMethod.Get, "/apt/pool/agent.deb") { Headers = { Range = new RangeHeaderValue(4, null) } };
        using HttpResponseMessage rest = await _client.SendAsync(part);
        rest.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await rest.Content.ReadAsStringAsync()).ShouldBe("456789");

        using var again = new HttpRequestMessage(HttpMethod.Get, "/apt/pool/agent.deb") { Headers = { IfNoneMatch = { tag } } };
        using HttpResponseMessage unchanged = await _client.SendAsync(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);

        (await _client.GetStringAsync("/install/")).ShouldBe("the list");
        (await _client.GetStringAsync("/healthz")).ShouldBe("ok\n");
    }

    [Theory]
    [InlineData("/tls.key")]
    [InlineData("/apt/.token")]
    [InlineData("/apt/link")]
    [InlineData("/apt/links/key")]
    [InlineData("/apt/../tls.key")]
    [InlineData("/apt/%2e%2e/tls.key")]
    [InlineData("/apt/..%2f..%2foutside/key")]
    [InlineData("/apt/%2e%2e%5ctls.key")]
    [InlineData("/apt//../../outside/key")]
    [InlineData("/apt/pool/")]
    public async Task Nothing_else_has_an_address(string path)
    {
        // As written: a client of .NET's would resolve the dots itself.
        string answer = await RawAsync($"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");

        answer.ShouldNotContain(" 200 ");
        answer.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Files_can_be_read_and_not_written()
    {
        using HttpResponseMessage put = await _client.PutAsync("/apt/pool/agent.deb", new StringContent("evil"));

        put.IsSuccessStatusCode.ShouldBeFalse();
        (await File.ReadAllTextAsync(_directory["packages/apt/pool/agent.deb"])).ShouldBe("0123456789");
    }

    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _plane.Endpoint.Address.Port);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _trust });
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(tls);
        return await reader.ReadToEndAsync();
    }
}
