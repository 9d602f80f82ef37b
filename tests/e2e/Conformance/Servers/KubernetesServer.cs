using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Engine.Planes;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>etcd and kube-apiserver, without any controller, on loopback.</summary>
internal sealed class KubernetesServer : ConformanceServer
{
    private const string Token = "conformance";
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _certificates = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly List<ChildProcess> _processes = [];
    private KubernetesClientConfiguration? _administrator;

    protected override KubernetesClientConfiguration Administrator => _administrator!;

    public static async Task<ConformanceServer> StartAsync()
    {
        var server = new KubernetesServer();
        try
        {
            await server.RunAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    protected override async Task StopAsync()
    {
        foreach (ChildProcess process in Enumerable.Reverse(_processes))
        {
            process.Kill(); // nothing of it is kept
            await process.WaitForExitAsync(default);
            await process.DisposeAsync();
        }

        _certificates.Dispose();
        _directory.Dispose();
    }

    private async Task RunAsync()
    {
        string etcd = $"http://127.0.0.1:{FreePort.Near(0)}";
        int port = FreePort.Near(0);
        string issuer = $"https://127.0.0.1:{port}/";
        await WriteSecretsAsync();
        Start(
            "etcd",
            $"--data-dir={_directory["etcd"]}", $"--listen-client-urls={etcd}", $"--advertise-client-urls={etcd}",
            "--listen-peer-urls=http://127.0.0.1:0", "--unsafe-no-fsync");
        Start(
            "kube-apiserver",
            $"--etcd-servers={etcd}", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", $"--secure-port={port}",
            $"--tls-cert-file={_directory["tls.pem"]}", $"--tls-private-key-file={_directory["tls-key.pem"]}",
            "--service-cluster-ip-range=10.0.0.0/24", "--authorization-mode=RBAC", "--anonymous-auth=false",
            "--disable-admission-plugins=ServiceAccount", // its accounts come from a controller
            $"--token-auth-file={_directory["tokens.csv"]}", $"--service-account-issuer={issuer}",
            $"--service-account-key-file={_directory["accounts.pem"]}",
            $"--service-account-signing-key-file={_directory["accounts.pem"]}");
        _administrator = new KubernetesClientConfiguration
        {
            Host = issuer,
            CertificateAuthorities = [_certificates.Authority],
            AccessToken = Token,
        };
        Connect();
        await Eventually.Is(IsReadyAsync, "the API server is ready", TimeSpan.FromSeconds(90));
        await Definitions.ApplyAsync(Raw);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_processes.Find(p => p.HasExited) is { } ended)
        {
            throw new InvalidOperationException($"{ended.Name} ended:\n{string.Join('\n', _log)}");
        }

        try
        {
            return (await Raw.GetAsync("/api/v1/namespaces/default")).Code == 200;
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private async Task WriteSecretsAsync()
    {
        using X509Certificate2 tls = _certificates.Server("127.0.0.1", "localhost");
        using ECDsa key = tls.GetECDsaPrivateKey()!;
        using var accounts = RSA.Create(2048);
        await File.WriteAllTextAsync(_directory["tls.pem"], tls.ExportCertificatePem());
        await File.WriteAllTextAsync(_directory["tls-key.pem"], key.ExportECPrivateKeyPem());
        await File.WriteAllTextAsync(_directory["accounts.pem"], accounts.ExportRSAPrivateKeyPem());
        await File.WriteAllTextAsync(_directory["tokens.csv"], $"{Token},admin,u1,system:masters");
    }

    private void Start(string program, params string[] arguments) => _processes.Add(ChildProcess.Start(
        program, Path.Combine(KubernetesBinaries.Directory!, program), arguments, _log.Enqueue, _log.Enqueue));
}
