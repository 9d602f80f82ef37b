using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Onboarding.Testing;

namespace Onboarding.Tests.Interop;

/// <summary>A grpc-js server in a process of its own.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly Process _process;

    private NodeServer()
    {
        using X509Certificate2 certificate = _certificates.Server("127.0.0.1", "localhost");
        File.WriteAllText(_directory["server.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(_directory["key.pem"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        string script = Path.Combine(Peer.Directory, "node", "server.js");
        _process = Process.Start(new ProcessStartInfo("node", [script, _directory["server.pem"], _directory["key.pem"]])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public GrpcChannel Channel { get; private set; } = null!;

    public static async Task<NodeServer> StartAsync()
    {
        var server = new NodeServer();
        int port = int.Parse(
            await server._process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("server.js printed no port"),
            CultureInfo.InvariantCulture);
        server.Channel = GrpcChannel.ForAddress(
            $"https://127.0.0.1:{port}", new GrpcChannelOptions { HttpHandler = server.Handler(), DisposeHttpClient = true });
        return server;
    }

    /// <summary>Kills the process, as a crash would.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        Channel?.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
        _certificates.Dispose();
    }

    private SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _certificates.Authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };
}
