using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>A refused credential of each platform: none of it is in what the caller is told, in logs, in the audit log, in Events or in any object.</summary>
public sealed class Case43SecretTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Theory]
    [InlineData("GCP")]
    [InlineData("Azure")]
    [InlineData("Kubernetes")]
    [InlineData("JWT")]
    [InlineData("JWT-SVID")]
    [InlineData("X.509")]
    [InlineData("join token")]
    public async Task Case43_no_part_of_a_refused_credential_is_written_anywhere(string platform)
    {
        string serviceAccount = (await Platforms.Plane.Client.CreateTokenAsync("bookinfo", "default", [TestPlane.Uid, "other"], TimeSpan.FromMinutes(10))).Token;
        using IssuedCertificate certificate = Platforms.Corp.Issue("CN=secret,O=Corp", new CertificateTerms { ExtendedUsages = [CertificateAuthority.ServerAuthentication] });
        List<string> secrets = [];
        RpcException refused = await RefusedAsync((plane, key) =>
        {
            secrets.Add(plane.Challenge.ToBase64());
            return platform switch
            {
                "GCP" => Token(Platforms.Google.Sign(GoogleTokens.Claims("other", DateTimeOffset.UtcNow)), t => new GcpCredential { Token = t }, secrets),
                "Azure" => Document(PlatformCredentials.Azure(Platforms.Azure, plane, key, c => c["subscriptionId"] = Guid.Empty.ToString(), withToken: true), secrets),
                "Kubernetes" => Token(serviceAccount, t => new KubernetesCredential { Token = t }, secrets),
                "JWT" => Token(Platforms.Plane.Issuer.Sign(Platforms.Plane.Issuer.Claims("other", DateTimeOffset.UtcNow)), t => new JwtCredential { Token = t }, secrets),
                "JWT-SVID" => Token(Platforms.Spiffe.Tokens.Sign(Platforms.Spiffe.Claims("other", DateTimeOffset.UtcNow)), t => new SpiffeJwtCredential { Token = t }, secrets),
                "X.509" => Possession(PlatformCredentials.Possession(plane, key, certificate), secrets),
                _ => Token(JoinTokenText.Create("bookinfo", "rack-secret-43").Value, t => new JoinTokenCredential { Token = t }, secrets),
            };
        });

        await AuditLines.FindAsync(Platforms.Plane.AuditLog, TestAgent.ReasonOf(refused).Metadata["correlationId"]);
        secrets.Count.ShouldBeGreaterThan(1);
        using var reader = new StreamReader(new FileStream(Platforms.Plane.AuditLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string[] written =
        [
            refused.ToString(),
            string.Join('\n', refused.Trailers.Select(t => t.IsBinary ? System.Text.Encoding.Latin1.GetString(t.ValueBytes) : t.Value)),
            Platforms.Plane.Log.Text,
            await reader.ReadToEndAsync(),
            string.Join('\n', (await Platforms.Plane.Client.ListAsync<CoreV1Event>(null)).Items.Select(e => e.ToJson().ToJsonString())),
        ];
        foreach (string secret in secrets)
        {
            secret.Length.ShouldBeGreaterThan(20);
            written.ShouldAllBe(text => !text.Contains(secret, StringComparison.Ordinal), $"{platform}: {secret}");
        }
    }

    /// <summary>A token's claims and signature; its header is no secret.</summary>
    private static Any Token(string token, Func<string, IMessage> credential, List<string> secrets)
    {
        secrets.Add(token);
        secrets.Add(token.Split('.')[^1]);
        return Any.Pack(credential(token));
    }

    private static Any Document(Any credential, List<string> secrets)
    {
        AzureCredential azure = credential.Unpack<AzureCredential>();
        secrets.Add(azure.AttestedDocument.ToBase64()[..80]);
        secrets.Add(azure.IdentityToken.Split('.')[^1]);
        return credential;
    }

    private static Any Possession(X509Possession possession, List<string> secrets)
    {
        secrets.Add(possession.Signature.ToBase64());
        secrets.Add(Convert.ToHexStringLower(possession.Nonce.Span));
        return Any.Pack(new X509Credential { Possession = possession });
    }

    private async Task<RpcException> RefusedAsync(Func<Rpc.Plane, TestAgentKey, Any> credential)
    {
        TestAgent agent = Platforms.Plane.Agent();
        agent.Present = credential;
        return await Should.ThrowAsync<RpcException>(agent.AuthorizeAsync());
    }
}
