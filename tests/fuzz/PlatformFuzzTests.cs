using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Azure;
using Onboarding.Endpoint.Authentication.Gcp;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Endpoint.Authentication.Spiffe;
using Onboarding.Endpoint.Authentication.X509;
using Onboarding.Plane.Refusals;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Fuzz;

/// <summary>What is read of tokens, documents and certificates before, and right after, it is known who made them.</summary>
public sealed class PlatformFuzzTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly TokenSigner _signer = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create();

    public void Dispose()
    {
        _signer.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void A_token_that_was_changed_is_never_taken_for_another_one()
    {
        JsonObject claims = GoogleTokens.Claims("plane", Now);
        string token = _signer.Sign(claims);
        string signed = token[..token.LastIndexOf('.')];
        var keys = new InlineKeySource("test", _signer.Jwks());
        new Fuzzer(
            Encoding.ASCII.GetBytes(token),
            Encoding.ASCII.GetBytes(_signer.Sign(claims, h => h["alg"] = "none")),
            Encoding.ASCII.GetBytes(_signer.Sign(claims, h => h["crit"] = new JsonArray("exp")))).Run<RefusedException>(input =>
            {
                using CompactJwt read = TokenChecks.Read(ByteString.CopyFrom(input), bytes => bytes.ToStringUtf8());
                TokenChecks.CheckSignatureAsync(read, "test", ["RS256"], keys, CancellationToken.None).GetAwaiter().GetResult();
                Encoding.ASCII.GetString(read.SignedBytes).ShouldBe(signed);
            });
    }

    [Fact]
    public void A_public_key_is_read_or_not()
    {
        using ECDsa p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using RSA rsa = RSA.Create(1024);
        new Fuzzer(p256.ExportSubjectPublicKeyInfo(), p384.ExportSubjectPublicKeyInfo(), rsa.ExportSubjectPublicKeyInfo()).Run<NoException>(input =>
        {
            if (AgentPublicKey.TryRead(input) is { } key)
            {
                key.SubjectPublicKeyInfo.ToArray().ShouldBe(input);
                key.Verify("statement"u8, new byte[64]).ShouldBeFalse();
            }
        });
    }

    [Fact]
    public void The_claims_of_an_instance_are_read_or_refused() => new Fuzzer(
        Encoding.UTF8.GetBytes(GoogleTokens.Claims("plane", Now).ToJsonString()),
        """{"google":{"compute_engine":{"zone":"-","instance_id":"\ud800"}}}"""u8.ToArray()).Run<RefusedException>(input =>
        {
            using CompactJwt? token = Unsigned(input);
            if (token is null)
            {
                return;
            }

            GcpIdentity identity = GcpClaims.Read(token.Payload).Identity;
            identity.Gce!.InstanceId.ShouldAllBe(c => char.IsAsciiDigit(c));
            RegistrationName.TryCreate("group", new WorkloadIdentity { Gcp = identity }, null, out _);
            CanonicalIdentity.Serialize(new WorkloadIdentity { Gcp = identity }).ShouldStartWith("gcp ");
        });

    [Fact]
    public void An_attested_document_is_read_or_refused() => new Fuzzer(
        Encoding.UTF8.GetBytes(AzureCloud.Content("0123456789abcdef0123456789abcdef", Now).ToJsonString()),
        """{"vmId":"\ud800","vmid":1,"timeStamp":{"expiresOn":"99/99/99 99:99:99 -0000"}}"""u8.ToArray()).Run<RefusedException>(input =>
        {
            AttestedDocument document = AttestedDocument.Read(input);
            Guid.Parse(document.VmId).ToString("D").ShouldBe(document.VmId);
            Guid.Parse(document.Subscription).ToString("D").ShouldBe(document.Subscription);
        });

    [Fact]
    public void The_id_of_a_resource_is_read_whole_or_not_at_all() => new Fuzzer(
        Encoding.ASCII.GetBytes(AzureCloud.Machine), Encoding.ASCII.GetBytes(AzureCloud.Identity)).Run<NoException>(input =>
        {
            string text = Encoding.UTF8.GetString(input);
            if (ArmId.TryRead(text, out ArmId? id) && id.IsMachine)
            {
                // Every name that a policy may be asked about is a segment of the text, as it is there.
                string[] segments = text.Split('/');
                segments.ShouldContain(id.ResourceGroup);
                id.Names.ShouldAllBe(name => segments.Contains(name));
                text.ShouldContain("/providers/Microsoft.Compute/virtualMachine", Case.Insensitive);
            }
        });

    [Fact]
    public void Certificates_are_read_or_refused()
    {
        using IssuedCertificate rsa = _authority.Issue("CN=\"a, b\",O=\"x, y\"", new CertificateTerms
        {
            Rsa = true,
            DnsNames = ["web.corp.example"],
            Uris = ["spiffe://corp.example/vm/web"],
        });
        using IssuedCertificate ec = _authority.Issue(terms: new CertificateTerms { DnsNames = ["a", "b"] });
        new Fuzzer(rsa.Certificate.RawData, ec.Certificate.RawData, _authority.Certificate.RawData).Run<RefusedException>(input =>
        {
            var possession = new X509Possession { Certificates = { ByteString.CopyFrom(input), ByteString.CopyFrom(ec.Certificate.RawData) } };
            using PresentedCertificates read = PresentedCertificates.Read(possession);
            X509Identity identity = CertificateIdentity.FromCertificate(read.Leaf, "corp", _authority.Certificate);
            identity.Subject.ShouldAllBe(c => !char.IsControl(c));
            CanonicalIdentity.Serialize(new WorkloadIdentity { X509 = identity }).ShouldStartWith("x509 ");
        });
    }

    [Fact]
    public void A_changed_certificate_is_never_trusted()
    {
        using IssuedCertificate good = _authority.Issue();
        var chains = new ChainVerifier(TimeProvider.System);
        X509Certificate2Collection roots = [_authority.Certificate];
        new Fuzzer(good.Certificate.RawData).Run<RefusedException>(input =>
        {
            using PresentedCertificates read = PresentedCertificates.Read(new X509Possession { Certificates = { ByteString.CopyFrom(input) } });
            foreach (X509Certificate2 certificate in chains.VerifyClient(read.Leaf, read.Above, roots, "the test's root"))
            {
                certificate.Dispose();
            }

            read.Leaf.RawData.ShouldBe(good.Certificate.RawData);
        });
    }

    [Fact]
    public void A_revocation_list_is_read_or_refused_and_a_changed_one_is_nobodys()
    {
        using IssuedCertificate revoked = _authority.Issue();
        byte[] list = Der(_authority.RevocationList(DateTimeOffset.UtcNow.AddDays(1), revoked.Certificate));
        new Fuzzer(list, Der(_authority.RevocationList(DateTimeOffset.UtcNow.AddDays(1)))).Run<FormatException>(input =>
        {
            RevocationList read = RevocationList.Read(input);
            if (read.IsOf(_authority.Certificate) && input.AsSpan().SequenceEqual(list))
            {
                read.Has(revoked.Certificate).ShouldBeTrue();
            }
        });
    }

    [Fact]
    public void A_bundle_is_read_or_refused()
    {
        using var domain = new SpiffeDomain();
        new Fuzzer(Encoding.UTF8.GetBytes(domain.Bundle), """{"keys":[{"use":"x509-svid","x5c":["AAAA"]},{"use":"jwt-svid","kty":"oct"}]}"""u8.ToArray())
            .Run<IssuerKeysException>(input =>
            {
                foreach (X509Certificate2 root in SpiffeBundle.Roots(SpiffeBundle.Read(Encoding.UTF8.GetString(input), "test")))
                {
                    root.Dispose();
                }
            });
    }

    [Fact]
    public void A_SPIFFE_ID_is_read_back_as_it_was_written_or_not_at_all() => new Fuzzer(
        "spiffe://corp.example/vm/web-1"u8.ToArray(), "spiffe://a"u8.ToArray(), "spiffe://corp.example/vm/../x?y#z"u8.ToArray()).Run<NoException>(input =>
        {
            string text = Encoding.UTF8.GetString(input);
            if (SpiffeName.TryRead(text, out SpiffeIdentity? id))
            {
                $"spiffe://{id.TrustDomain}{id.Path}".ShouldBe(text);
                id.Path.Split('/').ShouldNotContain("..");
            }
        });

    [Fact]
    public void A_join_token_is_read_back_as_it_was_written_or_not_at_all() => new Fuzzer(
        Encoding.ASCII.GetBytes(JoinTokenText.Create("shop", "rack-7.01").Value)).Run<NoException>(input =>
        {
            string text = Encoding.UTF8.GetString(input);
            if (JoinTokenText.TryRead(text, out JoinTokenText? token))
            {
                text.ShouldStartWith($"ojt1.{token.Namespace}.{token.Name}.");
                token.Value.ShouldBe(text);
                token.Namespace.ShouldNotContain(".");
            }
        });

    private static byte[] Der(string pem)
    {
        PemFields fields = PemEncoding.Find(pem);
        return Convert.FromBase64String(pem[fields.Base64Data]);
    }

    private static CompactJwt? Unsigned(byte[] payload) =>
        CompactJwt.TryRead($"e30.{System.Buffers.Text.Base64Url.EncodeToString(payload)}.AA", out _);
}
