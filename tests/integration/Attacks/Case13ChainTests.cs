using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>Certificates that are expired, not valid yet, for something else, or that someone issued who may not.</summary>
public sealed class Case13ChainTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    public static TheoryData<string, string> Terms => new()
    {
        { "expired", Reasons.CredentialExpired },
        { "not yet valid", Reasons.CredentialNotYetValid },
        { "for servers", Reasons.CredentialUsage },
        { "for nothing in particular", Reasons.CredentialUsage },
        { "without key usage", Reasons.CredentialUsage },
        { "for key agreement", Reasons.CredentialUsage },
        { "an authority", Reasons.CredentialUsage },
        { "a weak key", Reasons.CredentialUsage },
    };

    [Theory]
    [MemberData(nameof(Terms))]
    public async Task Case13_a_certificate_that_is_no_good_now_or_for_this_is_refused(string what, string reason)
    {
        CertificateTerms good = new();
        CertificateTerms terms = what switch
        {
            "expired" => good with { NotBefore = DateTimeOffset.UtcNow.AddDays(-3), NotAfter = DateTimeOffset.UtcNow.AddDays(-2) },
            "not yet valid" => good with { NotBefore = DateTimeOffset.UtcNow.AddDays(2) },
            "for servers" => good with { ExtendedUsages = [CertificateAuthority.ServerAuthentication] },
            "for nothing in particular" => good with { ExtendedUsages = [] },
            "without key usage" => good with { KeyUsage = null },
            "for key agreement" => good with { KeyUsage = X509KeyUsageFlags.KeyAgreement },
            "an authority" => good with { IsAuthority = true, KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign },
            _ => good with { Rsa = true, KeySize = 1024 },
        };
        using IssuedCertificate certificate = Platforms.Corp.Issue(terms: terms);

        await Refused(reason, (plane, key) => PlatformCredentials.X509(plane, key, certificate), what);
    }

    [Fact]
    public async Task Case13_a_certificate_issued_by_a_leaf_is_refused()
    {
        using IssuedCertificate leaf = Platforms.Corp.Issue("CN=leaf,O=Corp");
        using IssuedCertificate issued = CertificateAuthority.IssueBy(leaf, "CN=admin,O=Corp");

        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.X509(plane, key, issued, leaf.Certificate));
    }

    [Fact]
    public async Task Case13_a_certificate_of_a_stranger_with_the_same_name_is_refused()
    {
        using CertificateAuthority stranger = CertificateAuthority.Create("CN=Corp Root,O=Corp");
        using IssuedCertificate certificate = stranger.Issue();

        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.X509(plane, key, certificate));
        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.X509(plane, key, certificate, stranger.Certificate));
    }

    [Fact]
    public async Task Case13_names_outside_the_constraints_of_an_intermediate_are_refused()
    {
        // Permitted: DNS names below corp.example (RFC 5280 section 4.2.1.10).
        byte[] permitted = [0x30, 0x10, 0xA0, 0x0E, 0x30, 0x0C, 0x82, 0x0A, .. "corp.examp"u8];
        var constraints = new X509Extension("2.5.29.30", permitted, critical: true);
        using CertificateAuthority limited = Platforms.Corp.Intermediate("CN=Limited,O=Corp", rsa: false, constraints);
        using IssuedCertificate outside = limited.Issue(terms: new CertificateTerms { DnsNames = ["bank.example"] });

        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.X509(plane, key, outside, limited.Certificate));
    }

    [Fact]
    public void Case13_a_root_that_is_no_authority_is_refused_where_it_is_configured()
    {
        using IssuedCertificate leaf = Platforms.Corp.Issue();

        var plane = OnboardingPlane.FromJson(new System.Text.Json.Nodes.JsonObject
        {
            ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "p", ["namespace"] = "n" },
            ["spec"] = new System.Text.Json.Nodes.JsonObject
            {
                ["workloads"] = new System.Text.Json.Nodes.JsonObject
                {
                    ["authentication"] = new System.Text.Json.Nodes.JsonObject
                    {
                        ["x509"] = new System.Text.Json.Nodes.JsonObject
                        {
                            ["authorities"] = new System.Text.Json.Nodes.JsonArray(
                                new System.Text.Json.Nodes.JsonObject { ["name"] = "corp", ["roots"] = leaf.Pem }),
                        },
                    },
                },
            },
        });

        plane.Spec.ShouldBeNull();
        plane.Problems.ShouldContain(p => p.Path == "spec.workloads.authentication.x509.authorities[0].roots" && p.Message.Contains("authorities", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Case13_a_revoked_certificate_is_refused_and_so_is_everyone_while_that_cannot_be_told()
    {
        using IssuedCertificate revoked = Platforms.Strict.Issue("CN=revoked,O=Corp");
        using IssuedCertificate good = Platforms.Strict.Issue("CN=good,O=Corp");
        using CertificateAuthority stranger = CertificateAuthority.Create("CN=Strict Root,O=Corp");
        Any Revoked(Rpc.Plane plane, TestAgentKey key) => PlatformCredentials.X509(plane, key, revoked);
        Any Good(Rpc.Plane plane, TestAgentKey key) => PlatformCredentials.X509(plane, key, good);

        await Refused(Reasons.IssuerUnavailable, Good, "no list");
        await WriteAsync("nonsense");
        await Refused(Reasons.IssuerUnavailable, Good, "no list that can be read");
        await WriteAsync(Platforms.Strict.RevocationList(DateTimeOffset.UtcNow.AddMinutes(-5)));
        await Refused(Reasons.IssuerUnavailable, Good, "an old list");
        await WriteAsync(stranger.RevocationList(DateTimeOffset.UtcNow.AddDays(1)));
        await Refused(Reasons.IssuerUnavailable, Good, "a stranger's list");
        await WriteAsync(Platforms.Strict.RevocationList(DateTimeOffset.UtcNow.AddDays(1), revoked.Certificate));
        await Refused(Reasons.CredentialRevoked, Revoked);
    }

    [Fact]
    public async Task Case13_what_would_cost_too_much_to_check_is_refused_before_it_is_checked()
    {
        // A modulus of 16,384 bits that no one has the factors of: the request is signed by an agent's key, not by this one.
        byte[] modulus = RandomNumberGenerator.GetBytes(2048);
        modulus[0] |= 0x80;
        modulus[^1] |= 0x01;
        using RSA huge = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] });
        using X509Certificate2 certificate = Platforms.Corp.IssueFor(new PublicKey(huge));
        using IssuedCertificate good = Platforms.Corp.Issue();

        await Refused(Reasons.CredentialUsage, (_, _) => Raw([certificate.RawData]), "a huge key");
        await Refused(Reasons.CredentialMalformed, (_, _) => Raw([.. Enumerable.Repeat(good.Certificate.RawData, 6)]), "too many certificates");
        await Refused(Reasons.CredentialMalformed, (_, _) => Raw([[.. good.Certificate.RawData, 0]]), "trailing bytes");
        await Refused(Reasons.CredentialMalformed, (_, _) => Raw([new byte[10_000]]), "a large certificate");
        await Refused(Reasons.CredentialMalformed, (_, _) => Raw([System.Text.Encoding.ASCII.GetBytes(good.Pem)]), "PEM");
        await Refused(Reasons.CredentialMalformed, (_, _) => Raw([]), "no certificate");
    }

    [Fact]
    public async Task Case13_a_key_that_the_plane_has_no_verifier_for_is_refused_by_its_name()
    {
        // SubjectPublicKeyInfo of RFC 8410, section 4.
        byte[] key = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00, .. RandomNumberGenerator.GetBytes(32)];
        using X509Certificate2 certificate = Platforms.Corp.IssueFor(PublicKey.CreateFromSubjectPublicKeyInfo(key, out _));

        await Refused(Reasons.CredentialUsage, (_, _) => Raw([certificate.RawData]), "Ed25519");

        RpcException refused = await Should.ThrowAsync<RpcException>(
            () => Platforms.Plane.Agent().AuthorizeAsync(credential: Raw([certificate.RawData])));
        refused.Status.Detail.ShouldBeGolden();
    }

    private static Any Raw(byte[][] certificates)
    {
        var possession = new X509Possession { Nonce = ByteString.CopyFrom(new byte[32]), Signature = ByteString.CopyFrom(new byte[64]) };
        possession.Certificates.AddRange(certificates.Select(ByteString.CopyFrom));
        return Any.Pack(new X509Credential { Possession = possession });
    }

    private async Task WriteAsync(string list)
    {
        await File.WriteAllTextAsync(Platforms.CrlFile, list);

        // Files that change twice within one tick of the clock would look the same.
        File.SetLastWriteTimeUtc(Platforms.CrlFile, DateTime.UnixEpoch.AddSeconds(list.GetHashCode(StringComparison.Ordinal) & 0xFFFFFF));
    }
}
