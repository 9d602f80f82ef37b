using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Grpc.Net.Client;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;

namespace Onboarding.Bench.Joins;

/// <summary>The endpoint as a process of its own, on the control plane behind the proxy.</summary>
internal sealed class EndpointProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Uri _address;
    private readonly X509Certificate2 _authority;
    private readonly StrongBox<long> _written;

    private EndpointProcess(Process process, Uri address, X509Certificate2 authority, StrongBox<long> written)
    {
        _written = written;
        _process = process;
        _address = address;
        _authority = authority;
    }

    public static async Task<EndpointProcess> StartAsync(TemporaryDirectory directory, string kubeconfig, string instance = "bench")
    {
        using var certificates = new TestCertificates("endpoint CA");
        string certificate = directory["endpoint.pem"];
        string key = directory["endpoint-key.pem"];
        using X509Certificate2 server = certificates.Server("localhost", "127.0.0.1");
        await File.WriteAllTextAsync(certificate, server.ExportCertificatePem());
        await File.WriteAllTextAsync(key, server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var start = new ProcessStartInfo(BuiltPrograms.Endpoint)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--kubeconfig", kubeconfig, "--listen", "127.0.0.1", "--port", "0", "--tls-certificate", certificate, "--tls-key", key,
                "--audit-log", directory["audit.jsonl"], "--instance", instance,
            },
        };
        Process process = Process.Start(start)!;
        var written = new StrongBox<long>();
        process.ErrorDataReceived += (_, line) =>
        {
            Interlocked.Add(ref written.Value, (line.Data?.Length ?? -1) + 1);
            ShowTrouble(line.Data);
        };
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("endpoint", out JsonElement address))
            {
                return new EndpointProcess(
                    process, new Uri(address.GetString()!), X509CertificateLoader.LoadCertificate(certificates.Authority.RawData), written);
            }
        }

        throw new InvalidOperationException("The endpoint didn't start; its log is above.");
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _address;

    /// <summary>Characters that it has logged, audit lines among them.</summary>
    public long Logged => Interlocked.Read(ref _written.Value);

    /// <summary>False once it has ended, by itself or by the kernel.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Processor time that it used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that it holds, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>A connection of its own, as every agent has one.</summary>
    /// <param name="from">The loopback address it comes from; null for any.</param>
    public GrpcChannel Dial(IPAddress? from = null) =>
        GrpcChannel.ForAddress(_address, new GrpcChannelOptions { HttpHandler = Handler(_authority, from), DisposeHttpClient = true });

    /// <summary>What dials a server with a certificate of this authority.</summary>
    public static SocketsHttpHandler Handler(X509Certificate2 authority, IPAddress? from)
    {
        var handler = new SocketsHttpHandler();
        if (from is not null)
        {
            handler.ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    socket.Bind(new IPEndPoint(from, 0));
                    await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        handler.SslOptions.TargetHost = "localhost";
        return handler;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _authority.Dispose();
    }

    private static void ShowTrouble(string? line)
    {
        if (line is not null && (line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal)))
        {
            Console.Error.WriteLine(line);
        }
    }
}
