using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Policies;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Platforms;

/// <summary>Credentials as agents send them, each with a way to spoil it.</summary>
internal static class PlatformCredentials
{
    public static Any Gcp(TokenSigner google, Rpc.Plane plane, string instanceId = "152986662232938449", Action<JsonObject>? change = null)
    {
        JsonObject claims = GoogleTokens.Claims(plane.Uid, DateTimeOffset.UtcNow, instanceId);
        // Two tokens of one second would be the same text.
        claims["jti"] = Guid.NewGuid().ToString();
        change?.Invoke(claims);
        return Gcp(google.Sign(claims));
    }

    public static Any Gcp(string token) => Any.Pack(new GcpCredential { Token = token });

    public static Any Join(JoinTokenText token) => Any.Pack(new JoinTokenCredential { Token = token.Value });

    public static Any Kubernetes(string token) => Any.Pack(new KubernetesCredential { Token = token });

    public static Any SpiffeJwt(SpiffeDomain domain, Rpc.Plane plane, string path = "/vm/web-1", Action<JsonObject>? change = null)
    {
        JsonObject claims = domain.Claims(plane.Uid, DateTimeOffset.UtcNow, path);
        change?.Invoke(claims);
        return Any.Pack(new SpiffeJwtCredential { Token = domain.Tokens.Sign(claims) });
    }

    public static Any SpiffeX509(Rpc.Plane plane, TestAgentKey key, IssuedCertificate certificate, params X509Certificate2[] above) =>
        Any.Pack(new SpiffeX509Credential { Possession = Possession(plane, key, certificate, above) });

    public static Any X509(Rpc.Plane plane, TestAgentKey key, IssuedCertificate certificate, params X509Certificate2[] above) =>
        Any.Pack(new X509Credential { Possession = Possession(plane, key, certificate, above) });

    public static X509Possession Possession(Rpc.Plane plane, TestAgentKey key, IssuedCertificate certificate, params X509Certificate2[] above)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        var possession = new X509Possession
        {
            Nonce = ByteString.CopyFrom(nonce),
            Signature = ByteString.CopyFrom(certificate.Sign(Statements.Possession(
                plane.Challenge.Span, nonce, certificate.Certificate.RawData, plane.Uid, key.Public.Thumbprint))),
        };
        foreach (X509Certificate2 each in (X509Certificate2[])[certificate.Certificate, .. above])
        {
            possession.Certificates.Add(ByteString.CopyFrom(each.RawData));
        }

        return possession;
    }

    public static Any Azure(
        AzureCloud cloud,
        Rpc.Plane plane,
        TestAgentKey key,
        Action<JsonObject>? content = null,
        Action<JsonObject>? claims = null,
        IssuedCertificate? signer = null,
        bool withIntermediate = true,
        bool withToken = false)
    {
        JsonObject document = AzureCloud.Content(
            Statements.PlatformNonce(plane.Challenge.Span, plane.Uid, key.Public.Thumbprint), DateTimeOffset.UtcNow);
        content?.Invoke(document);
        JsonObject token = AzureCloud.Claims(DateTimeOffset.UtcNow);
        claims?.Invoke(token);
        return Azure(
            cloud.Sign(document, signer),
            withIntermediate ? [cloud.Issuing.Certificate] : [],
            withToken || claims is not null ? cloud.Tokens.Sign(token) : "");
    }

    public static Any Azure(byte[] document, X509Certificate2[] intermediates, string token = "")
    {
        var credential = new AzureCredential { AttestedDocument = ByteString.CopyFrom(document), IdentityToken = token };
        credential.Intermediates.AddRange(intermediates.Select(c => ByteString.CopyFrom(c.RawData)));
        return Any.Pack(credential);
    }
}
