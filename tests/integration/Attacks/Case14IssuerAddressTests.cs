using System.Security.Cryptography.X509Certificates;
using Onboarding.Endpoint.Authentication.Azure;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// Where the certificate above a signer's is fetched from is in the signer's certificate, which at that point may be anybody's:
/// an invitation to have the plane call what it shouldn't.
/// </summary>
public sealed class Case14IssuerAddressTests : IAsyncLifetime
{
    private readonly AzureCloud _cloud = new();
    private readonly FakeTimeProvider _time = new();
    private readonly IssuerHttpClient _http = new(new IssuerAddresses(false, AllowLoopback: true), null, Eventually.Patience);
    private TestIssuerServer _server = null!;

    private string Host => new Uri(_server.Url).Authority.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public async ValueTask InitializeAsync() => _server = await TestIssuerServer.StartAsync(tls: false);

    public async ValueTask DisposeAsync()
    {
        _cloud.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_certificate_above_is_fetched_once_from_a_host_that_is_listed()
    {
        _server.Answer("/ca.crt", http => http.Response.Body.WriteAsync(_cloud.Issuing.Certificate.RawData).AsTask());
        using IntermediateCertificates intermediates = new(_http, _time);

        (await Find(intermediates, $"http://{Host}/ca.crt", Host))!.Subject.ShouldBe(_cloud.Issuing.Certificate.Subject);
        (await Find(intermediates, $"http://{Host}/ca.crt", Host)).ShouldNotBeNull();

        _server.CountOf("/ca.crt").ShouldBe(1);
    }

    [Theory]
    [InlineData("http://evil.example/ca.crt")]
    [InlineData("http://www.microsoft.com.evil.example/ca.crt")]
    [InlineData("http://www.microsoft.com@evil.example/ca.crt")]
    [InlineData("http://www.microsoft.com:8080/ca.crt")]
    [InlineData("http://169.254.169.254/metadata/identity/oauth2/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ldap://www.microsoft.com/ca.crt")]
    [InlineData("http://www.microsoft.com/ca.crt?x=1")]
    public async Task Case14_no_other_host_is_asked(string address)
    {
        using IntermediateCertificates intermediates = new(_http, _time);

        (await Find(intermediates, address, "www.microsoft.com")).ShouldBeNull();

        _server.CountOf("/ca.crt").ShouldBe(0);
    }

    [Fact]
    public async Task Case14_a_listed_host_at_an_address_that_is_never_asked_is_not_asked()
    {
        // As if someone's DNS said that www.microsoft.com is the metadata service.
        using IntermediateCertificates intermediates = new(_http, _time);

        (await Find(intermediates, "http://169.254.169.254/ca.crt", "169.254.169.254")).ShouldBeNull();
    }

    [Fact]
    public async Task Case14_a_redirect_is_not_followed()
    {
        _server.Answer("/ca.crt", http =>
        {
            http.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        using IntermediateCertificates intermediates = new(_http, _time);

        (await Find(intermediates, $"http://{Host}/ca.crt", Host)).ShouldBeNull();

        _server.CountOf("/elsewhere").ShouldBe(0);
    }

    [Fact]
    public async Task Case14_an_answer_without_end_is_not_read_to_its_end()
    {
        var hungUp = new TaskCompletionSource();
        _server.Answer("/ca.crt", async http =>
        {
            byte[] block = new byte[64 * 1024];
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(block);
            }

            hungUp.TrySetResult();
        });
        using IntermediateCertificates intermediates = new(_http, _time);

        (await Find(intermediates, $"http://{Host}/ca.crt", Host)).ShouldBeNull();

        await hungUp.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task Case14_a_server_that_drips_is_given_up()
    {
        var stopped = new TaskCompletionSource();
        _server.Answer("/ca.crt", async http =>
        {
            await http.Response.StartAsync();
            await http.Response.Body.FlushAsync();
            using CancellationTokenRegistration registration = http.RequestAborted.Register(() => stopped.TrySetResult());
            await stopped.Task;
        });
        using IssuerHttpClient impatient = new(new IssuerAddresses(false, AllowLoopback: true), null, TimeSpan.FromSeconds(1));
        using IntermediateCertificates intermediates = new(impatient, _time);

        (await Find(intermediates, $"http://{Host}/ca.crt", Host)).ShouldBeNull();

        await stopped.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task Case14_made_up_addresses_of_a_listed_host_are_asked_seldom()
    {
        using IntermediateCertificates intermediates = new(_http, _time);
        for (int i = 0; i < 50; i++)
        {
            (await Find(intermediates, $"http://{Host}/{i}", Host)).ShouldBeNull();
        }

        Enumerable.Range(0, 50).Sum(i => _server.CountOf($"/{i}")).ShouldBe(20, "twenty a minute, then none");
    }

    [Fact]
    public async Task Case14_made_up_addresses_do_not_keep_machines_from_the_certificate_that_they_need()
    {
        _server.Answer("/ca.crt", http => http.Response.Body.WriteAsync(_cloud.Issuing.Certificate.RawData).AsTask());
        using IntermediateCertificates intermediates = new(_http, _time);
        (await Find(intermediates, $"http://{Host}/ca.crt", Host)).ShouldNotBeNull();

        for (int i = 0; i < 100; i++)
        {
            await Find(intermediates, $"http://{Host}/{i}", Host);
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        (await Find(intermediates, $"http://{Host}/ca.crt", Host)).ShouldNotBeNull();
        _server.CountOf("/ca.crt").ShouldBe(1, "it is remembered");
        _time.Advance(TimeSpan.FromHours(25));
        for (int i = 0; i < 30; i++)
        {
            await Find(intermediates, $"http://{Host}/again/{i}", Host);
        }

        (await Find(intermediates, $"http://{Host}/ca.crt", Host)).ShouldNotBeNull("what was good is fetched again whoever used the minute up");
        _server.CountOf("/ca.crt").ShouldBe(2);
    }

    private async Task<X509Certificate2?> Find(IntermediateCertificates intermediates, string address, params string[] hosts)
    {
        using IssuedCertificate signer = _cloud.Issue("metadata.azure.com", address);
        return await intermediates.FindAsync(signer.Certificate, hosts, CancellationToken.None);
    }
}
