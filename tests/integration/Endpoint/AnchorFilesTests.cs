using System.Security.Cryptography.X509Certificates;
using Onboarding.Endpoint.Authentication.Anchors;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Trust anchors where operators keep them, in a directory or below a URL: exchanged under a plane that runs.</summary>
public sealed class AnchorFilesTests : IDisposable
{
    private const string Name = "aws/eu-west-1.pem";
    private readonly FakeTimeProvider _time = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _old = new("old");
    private readonly TestCertificates _new = new("new");
    private readonly TestCertificates _web = new("web CA");

    public AnchorFilesTests() => Directory.CreateDirectory(_directory["aws"]);

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
        _web.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_file_in_a_directory_is_added_replaced_and_taken_away_without_a_restart()
    {
        using var anchors = new TrustAnchors(new DirectoryAnchorFiles(_directory.Path), _time);
        (await FindAsync(anchors)).ShouldBeEmpty();

        foreach (TestCertificates each in (TestCertificates[])[_old, _new])
        {
            await File.WriteAllTextAsync(_directory[Name], each.AuthorityPem);
            _time.Advance(TimeSpan.FromSeconds(61));
            (await FindAsync(anchors)).ShouldBe([each.Authority.Thumbprint]);
        }

        File.Delete(_directory[Name]);
        _time.Advance(TimeSpan.FromSeconds(61));
        (await FindAsync(anchors)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task A_file_that_holds_no_certificate_is_named(string content)
    {
        await File.WriteAllTextAsync(_directory[Name], content);
        using var anchors = new TrustAnchors(new DirectoryAnchorFiles(_directory.Path), _time);

        (await Should.ThrowAsync<TrustAnchorException>(() => FindAsync(anchors))).Message.ShouldContain(Name);
    }

    [Fact]
    public async Task A_file_below_a_URL_is_added_replaced_and_taken_away_without_a_restart()
    {
        string? content = null;
        await using LoopbackServer server = await LoopbackServer.StartAsync(
            http => content is null ? LoopbackServer.StatusAsync(http, 404) : LoopbackServer.TextAsync(http, content), _web.Server("127.0.0.1"));
        using var anchors = new TrustAnchors(WebAnchorFiles.At(new Uri(server.Url, "anchors/"), () => [_web.Authority]), _time);
        (await FindAsync(anchors)).ShouldBeEmpty();

        foreach (TestCertificates each in (TestCertificates[])[_old, _new])
        {
            content = each.AuthorityPem;
            _time.Advance(TimeSpan.FromSeconds(61));
            (await FindAsync(anchors)).ShouldBe([each.Authority.Thumbprint]);
        }

        content = null;
        _time.Advance(TimeSpan.FromSeconds(61));
        (await FindAsync(anchors)).ShouldBeEmpty();
        server.Requests.Distinct().ShouldBe([$"GET /anchors/{Name}"]);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(500)]
    [InlineData(403)]
    public async Task A_URL_that_answers_something_else_is_a_failure_and_no_redirect_is_followed(int status)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(
            http =>
            {
                http.Response.Headers.Location = "/elsewhere.pem";
                return LoopbackServer.StatusAsync(http, status);
            },
            _web.Server("127.0.0.1"));
        using WebAnchorFiles files = WebAnchorFiles.At(server.Url, () => [_web.Authority]);

        (await Should.ThrowAsync<TrustAnchorException>(() => files.ReadAsync(Name, CancellationToken.None))).Message.ShouldContain($"answered {status}");
        server.Requests.ShouldBe([$"GET /{Name}"]);
    }

    [Fact]
    public async Task A_URL_of_a_server_that_nobody_vouches_for_gives_no_anchors()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(
            http => LoopbackServer.TextAsync(http, _old.AuthorityPem), _old.Server("127.0.0.1"));
        using WebAnchorFiles files = WebAnchorFiles.At(server.Url, () => [_web.Authority]);

        (await Should.ThrowAsync<TrustAnchorException>(() => files.ReadAsync(Name, CancellationToken.None))).Message.ShouldContain("can't be fetched");
    }

    [Fact]
    public async Task A_file_without_end_is_not_read_to_its_end()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(
            http => LoopbackServer.TextAsync(http, new string('a', 2 * 1024 * 1024)), _web.Server("127.0.0.1"));
        using WebAnchorFiles files = WebAnchorFiles.At(server.Url, () => [_web.Authority]);

        await Should.ThrowAsync<TrustAnchorException>(() => files.ReadAsync(Name, CancellationToken.None));
    }

    private static async Task<IEnumerable<string>> FindAsync(TrustAnchors anchors)
    {
        IReadOnlyList<X509Certificate2> found = await anchors.FindAsync(Name, CancellationToken.None);
        return found.Select(c => c.Thumbprint);
    }
}
