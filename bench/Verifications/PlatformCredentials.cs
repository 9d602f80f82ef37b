using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Testing.Clouds;

namespace Onboarding.Bench.Verifications;

/// <summary>Credentials of Google, Azure, SPIFFE and a certificate authority, each beside what it can't be verified without.</summary>
internal sealed class PlatformCredentials(AgentPublicKey agentKey) : IDisposable
{
    /// <summary>The challenge that proofs are made for.</summary>
    private static readonly byte[] Challenge = new byte[57];

    private readonly TokenSigner _google = new();
    private readonly SpiffeDomain _spiffe = new();
    private readonly AzureCloud _azure = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create();

    /// <summary>Adds what the plane has to know of them to <c>spec.workloads.authentication</c>.</summary>
    public void AddTo(JsonObject authentication)
    {
        authentication["azure"] = new JsonObject
        {
            ["tenants"] = new JsonArray(new JsonObject
            {
                ["tenantId"] = AzureCloud.Tenant,
                ["subscriptions"] = new JsonArray(AzureCloud.Subscription),
                ["jwks"] = _azure.Tokens.Jwks(),
            }),
            ["roots"] = _azure.Root.Pem,
        };
        authentication["gcp"] = new JsonObject { ["jwks"] = _google.Jwks() };
        authentication["spiffe"] = new JsonObject
        {
            ["trustDomains"] = new JsonArray(new JsonObject { ["name"] = _spiffe.Name, ["bundle"] = _spiffe.Bundle }),
        };
        authentication["x509"] = new JsonObject
        {
            ["authorities"] = new JsonArray(new JsonObject { ["name"] = "corp", ["roots"] = _authority.Pem }),
        };
    }

    public Verification Gcp()
    {
        string token = _google.Sign(GoogleTokens.Claims(BenchPlane.Uid, TimeProvider.System.GetUtcNow()));
        return new Verification(
            "GCP, identity token", GcpCredential.Descriptor.FullName, new GcpCredential { Token = token }.ToByteString(), Rsa(token), "RSA 2048, SHA-256");
    }

    public Verification Svid()
    {
        string token = _spiffe.Tokens.Sign(_spiffe.Claims(BenchPlane.Uid, TimeProvider.System.GetUtcNow()));
        return new Verification(
            "SPIFFE, JWT-SVID", SpiffeJwtCredential.Descriptor.FullName, new SpiffeJwtCredential { Token = token }.ToByteString(), Rsa(token), "RSA 2048, SHA-256");
    }

    /// <summary>A certificate can't be verified without a chain, and without its key's signature over the challenge.</summary>
    public Verification Certificate()
    {
        IssuedCertificate certificate = _authority.Issue();
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        byte[] statement = Statements.Possession(Challenge, nonce, certificate.Certificate.RawData, BenchPlane.Uid, agentKey.Thumbprint);
        byte[] signature = certificate.Sign(statement);
        var possession = new X509Possession
        {
            Certificates = { ByteString.CopyFrom(certificate.Certificate.RawData) },
            Nonce = ByteString.CopyFrom(nonce),
            Signature = ByteString.CopyFrom(signature),
        };
        return new Verification(
            "X.509, P-256",
            X509Credential.Descriptor.FullName,
            new X509Credential { Possession = possession }.ToByteString(),
            () => Chains(certificate.Certificate.RawData, [], _authority.Certificate, leaf =>
            {
                // The key comes with the request, and can't be known before.
                using ECDsa key = leaf.GetECDsaPublicKey()!;
                return key.VerifyData(statement, signature, HashAlgorithmName.SHA256);
            }),
            "chain and ECDSA P-256");
    }

    /// <summary>An attested document can't be verified without a chain of its signer's certificate, and that key's signature.</summary>
    public Verification Azure()
    {
        byte[] document = Encoding.UTF8.GetBytes(AzureCloud.Content(
            Statements.PlatformNonce(Challenge, BenchPlane.Uid, agentKey.Thumbprint), TimeProvider.System.GetUtcNow()).ToJsonString());
        byte[] signer = _azure.Signer.Certificate.RawData;
        byte[] issuer = _azure.Issuing.Certificate.RawData;
        byte[] signature = ((RSA)_azure.Signer.Key).SignData(document, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new Verification(
            "Azure, attested document",
            AzureCredential.Descriptor.FullName,
            new AzureCredential
            {
                AttestedDocument = ByteString.CopyFrom(_azure.Sign(Encoding.UTF8.GetString(document))),
                Intermediates = { ByteString.CopyFrom(issuer) },
            }.ToByteString(),
            () => Chains(signer, [issuer], _azure.Root.Certificate, leaf =>
            {
                using RSA key = leaf.GetRSAPublicKey()!;
                return key.VerifyData(document, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }),
            "chain of 3 and RSA 2048");
    }

    public void Dispose()
    {
        _azure.Dispose();
        _google.Dispose();
        _spiffe.Dispose();
        _authority.Dispose();
    }

    private static bool Chains(byte[] encoded, byte[][] above, X509Certificate2 root, Func<X509Certificate2, bool> isSigned)
    {
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(encoded);
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },
        };
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.AddRange(above.Select(X509CertificateLoader.LoadCertificate).ToArray());
        try
        {
            return chain.Build(leaf) && isSigned(leaf);
        }
        finally
        {
            foreach (X509Certificate2 certificate in chain.ChainPolicy.ExtraStore)
            {
                certificate.Dispose();
            }
        }
    }

    private static Func<bool> Rsa(string token)
    {
        byte[] data = Encoding.ASCII.GetBytes(token);
        RSA key = RSA.Create(2048);
        byte[] signature = key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        RSA verifier = RSA.Create(key.ExportParameters(includePrivateParameters: false));
        key.Dispose();
        return () => verifier.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}

/// <summary>A credential to verify again and again, beside the cryptographic operation that it can't do without.</summary>
/// <param name="Platform">The platform, for people.</param>
/// <param name="MessageName">Type of the credential.</param>
/// <param name="Credential">The credential.</param>
/// <param name="Bare">The bare operation; true if the signature is good.</param>
/// <param name="Operation">What the bare operation is, for people.</param>
internal sealed record Verification(string Platform, string MessageName, ByteString Credential, Func<bool> Bare, string Operation);
