using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Onboarding.Endpoint.Hosting;
using Onboarding.Testing;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Another endpoint of a <see cref="TestPlane"/>, which reaches the same cluster through a kubeconfig.</summary>
public sealed class TestReplica : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new("replica CA");
    private readonly TemporaryDirectory _directory = new();
    private EndpointServer _endpoint = null!;

    private TestReplica()
    {
    }

    public GrpcChannel Channel { get; private set; } = null!;

    /// <summary>Its parts.</summary>
    internal IServiceProvider Services => _endpoint.Services;

    /// <summary>PEM file of the authority of its certificates.</summary>
    public string CertificateAuthorityPath => _directory["ca.pem"];

    /// <summary>What it decides, as lines of JSON.</summary>
    public string AuditLog => _directory["audit.jsonl"];

    public static async Task<TestReplica> StartAsync(
        TestPlane plane, string kubeconfig, TimeProvider? time = null, Func<EndpointOptions, EndpointOptions>? options = null)
    {
        var replica = new TestReplica();
        await replica.StartEndpointAsync(plane, kubeconfig, time ?? plane.Time, options ?? (o => o));
        await Eventually.Is(
            async () => (await plane.Agent(through: replica.Channel).GetPlaneAsync()).CredentialTypes.Count > 0, "the replica is ready");
        return replica;
    }

    /// <summary>Where agents dial.</summary>
    public Uri Address => _endpoint.Address;

    /// <summary>Puts another certificate into its files, as anyone who renews certificates does.</summary>
    /// <returns>Thumbprint of the new one.</returns>
    public async Task<string> RenewCertificateAsync()
    {
        using X509Certificate2 certificate = _certificates.Server("localhost");
        await File.WriteAllTextAsync(_directory["tls.crt"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_directory["tls.key"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }

    /// <summary>Stops the endpoint; its files stay.</summary>
    public ValueTask StopAsync() => _endpoint.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await StopAsync();
        _certificates.Dispose();
        _directory.Dispose();
    }

    private async Task StartEndpointAsync(
        TestPlane plane, string kubeconfig, TimeProvider time, Func<EndpointOptions, EndpointOptions> options)
    {
        await RenewCertificateAsync();
        await File.WriteAllTextAsync(CertificateAuthorityPath, _certificates.AuthorityPem);
        _endpoint = await EndpointServer.StartAsync(options(new EndpointOptions
        {
            Kubeconfig = kubeconfig,
            Port = 0,
            Listen = IPAddress.Loopback,
            TlsCertificate = _directory["tls.crt"],
            TlsKey = _directory["tls.key"],
            Instance = "plane-b",
            AuditLog = AuditLog,
            DrainTime = TimeSpan.FromSeconds(1),
            CallClock = new FakeTimeProvider(),
            TimeProvider = time,
            LoggerFactory = plane.Log,
        }));
        await Eventually.Is(
            () =>
            {
                // It looks once a second whether it is ready.
                (time as FakeTimeProvider)?.Advance(TimeSpan.FromSeconds(1));
                return _endpoint.Ready.IsCompleted;
            },
            "the replica is ready");
        Channel = TestPlane.ChannelTo(_endpoint.Address, _certificates.Authority);
    }
}
