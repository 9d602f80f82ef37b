using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Onboarding.Endpoint.Hosting;
using Onboarding.Testing;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>Another endpoint of a <see cref="TestPlane"/>, which reaches the same cluster through a kubeconfig.</summary>
public sealed class TestReplica : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new("replica CA");
    private readonly TemporaryDirectory _directory = new();
    private OnboardingEndpoint _endpoint = null!;

    private TestReplica()
    {
    }

    public GrpcChannel Channel { get; private set; } = null!;

    public static async Task<TestReplica> StartAsync(TestPlane plane, string kubeconfig)
    {
        var replica = new TestReplica();
        await replica.StartEndpointAsync(plane, kubeconfig);
        await Eventually.Is(
            async () => (await plane.Agent(through: replica.Channel).GetPlaneAsync()).CredentialTypes.Count == 1, "the replica is ready");
        return replica;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _endpoint.DisposeAsync();
        _certificates.Dispose();
        _directory.Dispose();
    }

    private async Task StartEndpointAsync(TestPlane plane, string kubeconfig)
    {
        using X509Certificate2 certificate = _certificates.Server("localhost");
        await File.WriteAllTextAsync(_directory["tls.crt"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_directory["tls.key"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        _endpoint = await OnboardingEndpoint.StartAsync(new EndpointOptions
        {
            Kubeconfig = kubeconfig,
            Port = 0,
            Listen = IPAddress.Loopback,
            TlsCertificate = _directory["tls.crt"],
            TlsKey = _directory["tls.key"],
            Instance = "plane-b",
            DrainTime = TimeSpan.FromSeconds(1),
            TimeProvider = plane.Time,
            LoggerFactory = plane.Log,
        });
        await _endpoint.Ready.WaitAsync(TimeSpan.FromSeconds(60));
        Channel = TestPlane.ChannelTo(_endpoint.Address, _certificates.Authority);
    }
}
