using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Istio.V1.Auth;
using Onboarding.Api.Identity;
using Onboarding.Embedded.Istio;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Istiod;

public sealed class CertificateServiceTests : IAsyncLifetime
{
    private readonly TestTokens _tokens = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private IstiodServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_service_accounts_token_gets_a_certificate_of_its_identity_whatever_the_request_says()
    {
        using var client = new IstiodClient(_server);
        using var key = RSA.Create(2048);
        IstioCertificateResponse response = await client.Certificates.CreateCertificateAsync(
            new IstioCertificateRequest { Csr = IstiodClient.SigningRequest(key), ValidityDuration = 7200 },
            IstiodClient.Headers(_tokens.Issue()));

        response.CertChain.Count.ShouldBe(2);
        response.CertChain[^1].ShouldBe(_server.RootCertificatePem);
        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(response.CertChain[0]);
        AlternativeNames names = AlternativeNames.FromCertificate(leaf);
        names.Uris.ShouldBe(["spiffe://cluster.local/ns/bookinfo/sa/ratings"]);
        names.ShouldSatisfyAllConditions(n => n.Count.ShouldBe(1), n => n.Critical.ShouldBeTrue());
        leaf.Subject.ShouldBe("");
        leaf.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(key.ExportSubjectPublicKeyInfo());
        leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(o => o.Value)
            .ShouldBe(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
        leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages
            .ShouldBe(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment);
        leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority.ShouldBeFalse();
        (leaf.NotAfter - leaf.NotBefore).ShouldBe(TimeSpan.FromSeconds(7200 + 120), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_common_name_of_the_request_is_kept_and_no_time_means_a_day()
    {
        using var client = new IstiodClient(_server);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        IstioCertificateResponse response = await client.Certificates.CreateCertificateAsync(
            new IstioCertificateRequest { Csr = IstiodClient.SigningRequest(key, subject: "CN=ratings, O=Evil") },
            IstiodClient.Headers(_tokens.Issue()));

        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(response.CertChain[0]);
        leaf.Subject.ShouldBe("CN=ratings");
        (leaf.NotAfter - leaf.NotBefore).ShouldBe(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_message_that_is_none_is_refused_and_not_logged_as_a_fault()
    {
        using var client = new IstiodClient(_server);

        RpcException refused = await Should.ThrowAsync<RpcException>(() => client.SendAsync([0xFF, 0xFF, 0xFF]));

        refused.StatusCode.ShouldBe(StatusCode.Unknown);
        _log.Entries.ShouldNotContain(e => e.Exception != null && e.Level > Microsoft.Extensions.Logging.LogLevel.Debug);
    }

    public static TheoryData<string> Refused => ["none", "unknown", "audience", "expired", "user", "cluster", "two clusters", "basic"];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Without_a_token_that_the_api_server_vouches_for_nobody_gets_a_certificate(string case_)
    {
        Metadata headers = case_ switch
        {
            "none" => IstiodClient.Headers(null),
            "unknown" => IstiodClient.Headers(_tokens.Issue(genuine: false)),
            "audience" => IstiodClient.Headers(_tokens.Issue(audience: "https://kubernetes.default.svc")),
            "expired" => IstiodClient.Headers(_tokens.Issue(life: TimeSpan.FromSeconds(-1))),
            "user" => IstiodClient.Headers(_tokens.IssueForUser("system:serviceaccount:bookinfo:ratings")),
            "cluster" => IstiodClient.Headers(_tokens.Issue(), "other"),
            "two clusters" => [.. IstiodClient.Headers(_tokens.Issue()), new Metadata.Entry("clusterid", "Kubernetes")],
            _ => new Metadata { { "authorization", "Basic " + _tokens.Issue() } },
        };

        RpcException refusal = await Should.ThrowAsync<RpcException>(RequestAsync(headers));

        refusal.StatusCode.ShouldBe(StatusCode.Unauthenticated);
        refusal.Status.Detail.ShouldBe("request authenticate failure");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Kubernetes")]
    public async Task Its_own_cluster_may_be_named_or_not(string? cluster) =>
        (await RequestAsync(IstiodClient.Headers(_tokens.Issue(), cluster))).CertChain.Count.ShouldBe(2);

    [Theory]
    [InlineData("", 60)]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", 60)]
    [InlineData("weak", 60)]
    [InlineData("tampered", 60)]
    [InlineData("good", (90 * 24 * 3600) + 1)]
    [InlineData("good", long.MaxValue)]
    public async Task A_request_that_may_not_be_granted_is_an_invalid_argument(string request, long seconds)
    {
        using var weak = RSA.Create(1024);
        using ECDsa good = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string pem = request switch
        {
            "weak" => IstiodClient.SigningRequest(weak),
            "good" => IstiodClient.SigningRequest(good),
            "tampered" => Tampered(IstiodClient.SigningRequest(good)),
            _ => request,
        };
        using var client = new IstiodClient(_server);

        RpcException refusal = await Should.ThrowAsync<RpcException>(client.Certificates.CreateCertificateAsync(
            new IstioCertificateRequest { Csr = pem, ValidityDuration = seconds }, IstiodClient.Headers(_tokens.Issue())).ResponseAsync);

        refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refusal.Status.Detail.ShouldStartWith("CSR signing error (");
    }

    [Fact]
    public async Task Nobody_gets_a_certificate_in_anothers_name()
    {
        using var client = new IstiodClient(_server);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new IstioCertificateRequest { Csr = IstiodClient.SigningRequest(key), Metadata = new Struct() };
        request.Metadata.Fields["ImpersonatedIdentity"] = Value.ForString("spiffe://cluster.local/ns/other/sa/admin");

        RpcException refusal = await Should.ThrowAsync<RpcException>(
            client.Certificates.CreateCertificateAsync(request, IstiodClient.Headers(_tokens.Issue())).ResponseAsync);

        (refusal.StatusCode, refusal.Status.Detail).ShouldBe((StatusCode.Unauthenticated, "request impersonation authentication failure"));
    }

    [Fact]
    public async Task A_certificate_renews_itself_without_a_token()
    {
        using var first = new IstiodClient(_server);
        using X509Certificate2 certificate = await first.CertificateAsync(_tokens.Issue());
        using var second = new IstiodClient(_server, certificate);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        IstioCertificateResponse renewed = await second.Certificates.CreateCertificateAsync(
            new IstioCertificateRequest { Csr = IstiodClient.SigningRequest(key) }, IstiodClient.Headers(null));

        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(renewed.CertChain[0]);
        AlternativeNames.FromCertificate(leaf).Uris.ShouldBe(["spiffe://cluster.local/ns/bookinfo/sa/ratings"]);
    }

    [Fact]
    public async Task A_certificate_wins_over_a_token()
    {
        using var first = new IstiodClient(_server);
        using X509Certificate2 certificate = await first.CertificateAsync(_tokens.Issue());
        using var second = new IstiodClient(_server, certificate);

        using X509Certificate2 got = await second.CertificateAsync(_tokens.Issue("other", "admin"));

        AlternativeNames.FromCertificate(got).Uris.ShouldBe(["spiffe://cluster.local/ns/bookinfo/sa/ratings"]);
    }

    [Fact]
    public async Task A_strangers_certificate_ends_the_connection_even_beside_a_good_token()
    {
        using var authority = new TestCertificates();
        using X509Certificate2 stranger = authority.Server("istiod.istio-system.svc");
        using var client = new IstiodClient(_server, stranger);

        await Should.ThrowAsync<RpcException>(() => client.CertificateAsync(_tokens.Issue()));
    }

    [Fact]
    public async Task The_authority_survives_a_restart_and_its_key_is_private()
    {
        string before = _server.RootCertificatePem;
        await _server.DisposeAsync();
        _server = await StartAsync();

        _server.RootCertificatePem.ShouldBe(before);
        File.GetUnixFileMode(_directory["istio-ca-key.pem"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await RequestAsync(IstiodClient.Headers(_tokens.Issue()))).CertChain[^1].ShouldBe(before);
    }

    [Fact]
    public async Task Only_istiods_own_names_are_in_its_certificate()
    {
        using var client = new IstiodClient(_server, name: "istiod.other.svc");
        await Should.ThrowAsync<RpcException>(() => client.CertificateAsync(_tokens.Issue()));
        foreach (string name in new[] { "istiod-remote.istio-system.svc", "istio-pilot.istio-system.svc" })
        {
            using var named = new IstiodClient(_server, name: name);
            using X509Certificate2 certificate = await named.CertificateAsync(_tokens.Issue());
        }
    }

    private static string Tampered(string pem)
    {
        byte[] der = Convert.FromBase64String(string.Concat(pem.Split('\n')[1..^1]));
        der[^1] ^= 1;
        return PemEncoding.WriteString("CERTIFICATE REQUEST", der);
    }

    private async Task<IstioCertificateResponse> RequestAsync(Metadata headers)
    {
        using var client = new IstiodClient(_server);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return await client.Certificates.CreateCertificateAsync(
            new IstioCertificateRequest { Csr = IstiodClient.SigningRequest(key) }, headers);
    }

    private Task<IstiodServer> StartAsync() => IstiodServer.StartAsync(new IstiodOptions
    {
        DataDirectory = _directory.Path,
        TokenReviewer = _tokens.ReviewAsync,
        Port = 0,
        LoggerFactory = _log,
    });
}
