using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A log for machines: each line is one object, and what is about a call names its trace.</summary>
public sealed class JsonLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Each_line_is_an_object_and_a_calls_lines_name_its_trace()
    {
        int port = TestPorts.Next();
        using Process lab = Start("--port", $"{port}", "--log-format", "json");
        List<JsonObject> lines = [];
        Task reading = ReadAsync(lab.StandardError, lines);
        // Not a call of ours: it is refused, and said.
        await Eventually.Is(() => SendAsync(port), "the endpoint answers");
        await Eventually.Is(() => Copy(lines).Any(l => TraceOf(l) is { Length: 32 }), "a line names its trace");

        lab.StandardInput.Close();
        await lab.WaitForExitAsync().WaitAsync(Eventually.Patience);
        await reading;
        lines.ShouldAllBe(l => l["Timestamp"] != null && l["LogLevel"] != null && l["Category"] != null && l["EventId"] != null && l["Message"] != null);
    }

    private Process Start(params string[] arguments)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Process.Start(new ProcessStartInfo(
            Path.Combine(Repository.Root, "lab", "bin", output.Parent!.Name, output.Name, "onboarding-lab"),
            [
                "--data-directory", _directory.Path, "--listen", "127.0.0.1", "--embedded-api-port", "0", "--embedded-istiod-port", "0", "--stop-with-input",
                .. arguments,
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            Environment = { ["ONBOARDING_LOG_LEVELS"] = "Grpc=debug,Microsoft.AspNetCore=info" },
        })!;
    }

    private static async Task ReadAsync(StreamReader errors, List<JsonObject> lines)
    {
        while (await errors.ReadLineAsync() is { } line)
        {
            lock (lines)
            {
                lines.Add((JsonObject)JsonNode.Parse(line)!);
            }
        }
    }

    private static JsonObject[] Copy(List<JsonObject> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }

    private static string? TraceOf(JsonObject line) =>
        (line["Scopes"] as JsonArray)?.OfType<JsonObject>().Select(s => (string?)s["TraceId"]).FirstOrDefault(t => t is not null);

    private async Task<bool> SendAsync(int port)
    {
        try
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(Path.Combine(_directory.Path, "endpoint-ca.pem"));
            using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } });
            using HttpResponseMessage answer = await http.GetAsync($"https://localhost:{port}/onboarding.v1alpha1.None/None");
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or CryptographicException)
        {
            // It hasn't started yet.
            return false;
        }
    }
}
