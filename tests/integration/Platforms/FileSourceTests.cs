using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Configuration;
using Onboarding.Api.Policies;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Platforms;

/// <summary>Credentials that lie in files on the machine.</summary>
public sealed class FileSourceTests : IDisposable
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryDirectory _directory = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create();

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_join_token_is_read_from_a_file_that_few_may_read()
    {
        JoinTokenText token = JoinTokenText.Create("bookinfo", "rack-1");
        string file = Write("token", token.Value + "\n");

        Credential credential = await new JoinTokenCredentialSource(new JoinTokenSource { File = file }).GetAsync(Request(), CancellationToken.None);

        credential.Value.Unpack<JoinTokenCredential>().Token.ShouldBe(token.Value);
    }

    [Fact]
    public async Task A_secret_that_everybody_may_read_is_not_used()
    {
        string file = Write("token", JoinTokenText.Create("bookinfo", "rack-1").Value, Secret | UnixFileMode.OtherRead);

        OnboardingException e = await Fails(new JoinTokenCredentialSource(new JoinTokenSource { File = file }));

        e.Message.ShouldContain("everybody");
        e.NextStep.ShouldBe($"chmod 0600 {file}");
    }

    [Fact]
    public async Task A_file_that_is_missing_or_holds_something_else_is_named_with_its_field()
    {
        OnboardingException missing = await Fails(new JoinTokenCredentialSource(new JoinTokenSource { File = _directory["none"] }));
        missing.Message.ShouldBeGolden();

        OnboardingException wrong = await Fails(new JoinTokenCredentialSource(new JoinTokenSource { File = Write("wrong", "hunter2") }));
        wrong.Message.ShouldNotContain("hunter2");
        (await Fails(new KubernetesCredentialSource(new KubernetesSource { TokenFile = Write("k8s", "hunter2") }))).NextStep.ShouldContain("--audience=plane");
        (await Fails(new JoinTokenCredentialSource(new JoinTokenSource { File = Write("huge", new string('a', 70_000)) }))).Message.ShouldContain("larger than");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_comes_with_a_proof_for_this_plane_challenge_and_key(bool rsa)
    {
        using CertificateAuthority issuing = _authority.Intermediate("CN=Issuing");
        using IssuedCertificate certificate = issuing.Issue(terms: new CertificateTerms { Rsa = rsa });
        var source = new X509CredentialSource(new X509Source
        {
            CertificateFile = Write("crt", certificate.Pem + "\n" + issuing.Pem),
            KeyFile = Write("key", certificate.KeyPem),
        });
        CredentialRequest request = Request();

        X509Possession first = (await source.GetAsync(request, CancellationToken.None)).Value.Unpack<X509Credential>().Possession;
        X509Possession second = (await source.GetAsync(request, CancellationToken.None)).Value.Unpack<X509Credential>().Possession;

        first.Certificates.Select(c => c.ToByteArray()).ShouldBe([certificate.Certificate.RawData, issuing.Certificate.RawData]);
        first.Nonce.ShouldNotBe(second.Nonce);
        byte[] statement = Statements.Possession(
            request.Challenge.Span, first.Nonce.Span, certificate.Certificate.RawData, request.Audience, request.Key.Thumbprint);
        bool isGood = certificate.Key is RSA key
            ? key.VerifyData(
                statement, first.Signature.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            : ((ECDsa)certificate.Key).VerifyData(
                statement, first.Signature.Span, HashAlgorithmName.SHA256);
        isGood.ShouldBeTrue();
    }

    [Fact]
    public async Task A_key_that_is_not_the_certificates_is_noticed_on_the_machine()
    {
        using IssuedCertificate certificate = _authority.Issue();
        using IssuedCertificate other = _authority.Issue();

        OnboardingException e = await Fails(new X509CredentialSource(
            new X509Source { CertificateFile = Write("crt", certificate.Pem), KeyFile = Write("key", other.KeyPem) }));

        e.Message.ShouldBeGolden();
        e.Message.ShouldNotContain("PRIVATE");
    }

    [Theory]
    [InlineData("1.3.101.112", "Ed25519")]
    [InlineData("1.3.101.113", "Ed448")]
    public async Task A_certificate_for_a_key_that_no_plane_takes_is_named_on_the_machine_with_what_to_do(string algorithm, string name)
    {
        using X509Certificate2 certificate = _authority.IssueFor(
            new PublicKey(new Oid(algorithm), null, new AsnEncodedData(new byte[algorithm.EndsWith('2') ? 32 : 57])));

        OnboardingException e = await Fails(new X509CredentialSource(
            new X509Source { CertificateFile = Write("crt", certificate.ExportCertificatePem()), KeyFile = Write("key", "hunter2") }));

        e.Message.ShouldContain($"{_directory["crt"]} (x509.certificateFile)");
        e.Message.ShouldContain(name);
    }

    [Fact]
    public async Task Nothing_is_read_for_a_plane_that_does_not_take_it()
    {
        CredentialRequest request = Requests.For("plane");

        OnboardingException e = await Should.ThrowAsync<OnboardingException>(
            () => new JoinTokenCredentialSource(new JoinTokenSource { File = _directory["none"] }).GetAsync(request, CancellationToken.None));

        e.ErrorId.ShouldBe(ErrorIds.CredentialNotAccepted);
    }

    private static CredentialRequest Request() => Requests.For("plane") with
    {
        Accepted = [.. ((string[])["JoinToken", "Kubernetes", "X509", "SpiffeJwt", "SpiffeX509"]).Select(t => $"type.googleapis.com/onboarding.v1alpha1.{t}Credential")],
    };

    private static async Task<OnboardingException> Fails(ICredentialSource source)
    {
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => source.GetAsync(Request(), CancellationToken.None));
        e.ErrorId.ShouldBe(ErrorIds.CredentialFileUnusable);
        return e;
    }

    private string Write(string name, string content, UnixFileMode mode = Secret)
    {
        string file = _directory[name];
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, mode);
        return file;
    }
}
