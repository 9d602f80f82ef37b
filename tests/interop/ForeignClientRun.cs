using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Onboarding.Testing;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Onboarding.Tests.Interop;

/// <summary>Starts our server, runs a foreign client's script against it once, and keeps what it said about each case.</summary>
public abstract class ForeignClientRun
{
    private readonly Lazy<Task<IReadOnlyDictionary<string, string?>>> _results;

    protected ForeignClientRun(string program, string script) => _results = new(() => RunAsync(program, script));

    /// <summary>What the client says about a case: null if it passed, else the error.</summary>
    public async Task<string?> ErrorOf(string name)
    {
        IReadOnlyDictionary<string, string?> results = await _results.Value;
        return results.TryGetValue(name, out string? error) ? error : "the client's script has no such case";
    }

    private static async Task<IReadOnlyDictionary<string, string?>> RunAsync(string program, string script)
    {
        using var log = new TestLog();
        // What gRPC's server says of a client that hangs up within its stream, if its method reads on before it is cancelled.
        log.Expect("Can't read messages after the request is complete");
        using var certificates = new TestCertificates();
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["ca.pem"], certificates.AuthorityPem);
        await using WebApplication server = await StartServerAsync(certificates, log);
        string address = new Uri(server.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

        var start = new ProcessStartInfo(program, [Path.Combine(Peer.Directory, script), address, directory["ca.pem"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
                .ToDictionary(r => (string)r["case"]!, r => (string?)r["error"] is { } failure ? $"{failure}\n{ConnectionsIn(log)}" : null)
            : throw new InvalidOperationException($"{script} exited with {process.ExitCode}: {await error}");
    }

    // The cases share a connection: when the server cuts it, the client knows that it is gone, and only the server knows why.
    private static string ConnectionsIn(TestLog log) => string.Join('\n', log.Entries
        .Where(e => e.Category.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal))
        .Where(e => e.Level > LogLevel.Debug || e.Exception is not null || e.ToString().Contains("abort", StringComparison.OrdinalIgnoreCase)));

    private static async Task<WebApplication> StartServerAsync(TestCertificates certificates, TestLog log)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        // Kestrel says at Debug why it ended a connection.
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(certificates.Server("127.0.0.1", "localhost"));
        }));
        var health = new HealthServiceImpl();
        health.SetStatus("", ServingStatus.Serving);
        builder.Services.AddSingleton(health).AddSingleton<InteropService>().AddGrpc();
        WebApplication server = builder.Build();
        server.MapGrpcService<InteropService>();
        server.MapGrpcService<HealthServiceImpl>();
        await server.StartAsync();
        return server;
    }
}
