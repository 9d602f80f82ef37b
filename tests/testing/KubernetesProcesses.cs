using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Testing;

/// <summary>etcd and kube-apiserver, without any controller, on loopback; see <see cref="KubernetesBinaries"/>.</summary>
public sealed class KubernetesProcesses : IAsyncDisposable
{
    private const string Token = "conformance";
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _certificates = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Stack<Process> _processes = new();

    private KubernetesProcesses()
    {
    }

    /// <summary>How an administrator reaches it.</summary>
    public KubernetesClientConfiguration Administrator { get; private set; } = null!;

    /// <summary>Processor time that both have used.</summary>
    public TimeSpan ProcessorTime => TimeSpan.FromTicks(_processes.Sum(p =>
    {
        p.Refresh();
        return p.TotalProcessorTime.Ticks;
    }));

    /// <summary>Starts both, and waits until they serve.</summary>
    /// <param name="durable">True to have etcd flush each write to the disk, as it does in a cluster.</param>
    public static async Task<KubernetesProcesses> StartAsync(bool durable)
    {
        var processes = new KubernetesProcesses();
        try
        {
            await processes.RunAsync(durable);
            return processes;
        }
        catch
        {
            await processes.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_processes.TryPop(out Process? process))
        {
            process.Kill(); // nothing of it is kept
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _certificates.Dispose();
        _directory.Dispose();
    }

    private async Task RunAsync(bool durable)
    {
        string etcd = $"http://127.0.0.1:{TestPorts.Next()}";
        int port = TestPorts.Next();
        string issuer = $"https://127.0.0.1:{port}/";
        await WriteSecretsAsync();
        Start(
            "etcd",
            $"--data-dir={_directory["etcd"]}", $"--listen-client-urls={etcd}", $"--advertise-client-urls={etcd}",
            "--listen-peer-urls=http://127.0.0.1:0", $"--unsafe-no-fsync={(durable ? "false" : "true")}");
        Start(
            "kube-apiserver",
            $"--etcd-servers={etcd}", "--bind-address=127.0.0.1", $"--secure-port={port}",

            // No one reaches it by an advertised address. Kubernetes 1.37 refuses to advertise loopback, and without any address a server
            // looks for a default route, which there may not be.
            "--advertise-address=192.0.2.1", "--endpoint-reconciler-type=none",
            $"--tls-cert-file={_directory["tls.pem"]}", $"--tls-private-key-file={_directory["tls-key.pem"]}",
            "--service-cluster-ip-range=10.0.0.0/24", "--authorization-mode=RBAC", "--anonymous-auth=false",
            "--disable-admission-plugins=ServiceAccount", // its accounts come from a controller
            $"--token-auth-file={_directory["tokens.csv"]}", $"--service-account-issuer={issuer}",
            $"--service-account-key-file={_directory["accounts.pem"]}",
            $"--service-account-signing-key-file={_directory["accounts.pem"]}");
        Administrator = new KubernetesClientConfiguration
        {
            Host = issuer,
            CertificateAuthorities = [_certificates.Authority],
            AccessToken = Token,
        };
        using var client = new KubernetesClient(Administrator);
        await Eventually.Is(async () => _processes.Any(p => p.HasExited) || await IsReadyAsync(client), "the API server is ready");
        if (_processes.FirstOrDefault(p => p.HasExited) is { } ended)
        {
            throw new InvalidOperationException($"{ended.StartInfo.FileName} ended:\n{string.Join('\n', _log)}");
        }
    }

    private async Task<bool> IsReadyAsync(KubernetesClient client)
    {
        try
        {
            return await client.TryGetAsync<V1Namespace>(null, "default") is not null;
        }
        catch (KubernetesException)
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

    private void Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(KubernetesBinaries.Directory!, program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Push(process);
    }
}
