using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Api.Install;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Hosting;
using Onboarding.Kubernetes;
using Onboarding.Lab.Hosting;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;

namespace Onboarding.Bench.Verifications;

/// <summary>A plane in this process that accepts every platform that is measured, and a credential of each.</summary>
internal sealed class BenchPlane : IAsyncDisposable
{
    public const string Uid = "bench-plane";

    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _region = SigningCertificates.Create();
    private readonly TokenSigner _rsaTokens = new();
    private readonly ECDsa _agentKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly PlatformCredentials _platforms;
    private OnboardingLab? _lab;

    private BenchPlane() => _platforms = new PlatformCredentials(AgentKey);

    public IServiceProvider Services => _lab!.Endpoint.Services;

    public AgentPublicKey AgentKey => AgentPublicKey.TryRead(_agentKey.ExportSubjectPublicKeyInfo())!;

    public IReadOnlyList<Verification> Verifications => [Ec2(), Jwt(), _platforms.Gcp(), _platforms.Azure(), _platforms.Svid(), _platforms.Certificate()];

    public static async Task<BenchPlane> StartAsync()
    {
        var plane = new BenchPlane();
        Directory.CreateDirectory(plane._directory["aws"]);
        await File.WriteAllTextAsync(Path.Combine(plane._directory["aws"], "eu-west-1.pem"), plane._region.ExportCertificatePem());
        plane._lab = await OnboardingLab.StartAsync(new LabOptions
        {
            DataDirectory = plane._directory["data"],
            ApiPort = 0,
            IstiodPort = 0,
            Endpoint = new EndpointOptions
            {
                Listen = IPAddress.Loopback,
                Port = 0,
                TrustAnchors = plane._directory.Path,
                LoggerFactory = NullLoggerFactory.Instance,
            },
        });
        await plane._lab.Endpoint.Ready;
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(plane._lab.KubeconfigPath));
        await client.PatchAsync<OnboardingPlane>("istio-system", OnboardingPlane.DefaultName, V1Patch.Merge(plane.Spec()));
        CredentialAuthenticators types = plane.Services.GetRequiredService<CredentialAuthenticators>();
        int wanted = plane.Verifications.Count;
        while (types.Accepted.Count < wanted)
        {
            await Task.Delay(20);
        }

        return plane;
    }

    public async ValueTask DisposeAsync()
    {
        await (_lab?.DisposeAsync() ?? default);
        _platforms.Dispose();
        _region.Dispose();
        _rsaTokens.Dispose();
        _agentKey.Dispose();
        _directory.Dispose();
    }

    private JsonObject Spec()
    {
        var authentication = new JsonObject
        {
            ["aws"] = new JsonObject { ["ec2"] = new JsonObject() },
            ["jwt"] = new JsonObject
            {
                ["issuers"] = new JsonArray(new JsonObject
                {
                    ["issuer"] = "https://id.corp.example",
                    ["shortName"] = "corp",
                    ["jwks"] = _rsaTokens.Jwks(),
                }),
            },
        };
        _platforms.AddTo(authentication);
        return new JsonObject
        {
            ["spec"] = new JsonObject { ["uid"] = Uid, ["workloads"] = new JsonObject { ["authentication"] = authentication } },
        };
    }

    private Verification Ec2()
    {
        byte[] document = new TestInstance { Started = TimeProvider.System.GetUtcNow() }.Document;
        return new Verification(
            "AWS EC2, no role",
            AwsEc2Credential.Descriptor.FullName,
            new AwsEc2Credential { IdentityDocument = ByteString.CopyFrom(CmsWriter.Sign(document, _region)) }.ToByteString(),
            Rsa(_region.GetRSAPrivateKey()!, document),
            "RSA 2048, SHA-256");
    }

    private Verification Jwt()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string token = _rsaTokens.Sign(new JsonObject
        {
            ["iss"] = "https://id.corp.example",
            ["sub"] = "host-1",
            ["aud"] = Uid,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(12).ToUnixTimeSeconds(),
        });
        return new Verification(
            "JWT, RS256",
            JwtCredential.Descriptor.FullName,
            new JwtCredential { Token = token }.ToByteString(),
            Rsa(RSA.Create(2048), System.Text.Encoding.ASCII.GetBytes(token)),
            "RSA 2048, SHA-256");
    }

    private static Func<bool> Rsa(RSA key, byte[] data)
    {
        byte[] signature = key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        RSA verifier = RSA.Create(key.ExportParameters(includePrivateParameters: false));
        key.Dispose();
        return () => verifier.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
