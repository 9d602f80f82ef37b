using System.Formats.Tar;
using System.IO.Compression;
using Onboarding.AgentHost.Commands;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.AgentHostTests;

public sealed class SupportBundleTests : IDisposable
{
    private const string Planted = "pl4nted";
    private const string Jwt = $"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.{Planted}";
    private readonly TemporaryDirectory _directory = new();

    public SupportBundleTests()
    {
        Write("onboarding.yaml", $$"""
            # the database's password: {{Planted}}
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint: { host: 127.0.0.1, port: {{TestPorts.Next()}} }
            workloadGroup: { namespace: bookinfo, name: ratings }
            """);
        Write("agent.yaml", $$"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: AgentConfiguration
            host:
              custom:
                credential:
                - plugin:
                    name: vault
                    env:
                    - {name: VAULT_ADDR, value: "https://me:{{Planted}}@vault.example"}
            sidecar: { command: { path: /bin/true } }
            """);
        string workload = "state/workloads/bookinfo.ratings";
        Write("state/agent-key.pem", $"-----BEGIN PRIVATE KEY-----\n{Planted}\n-----END PRIVATE KEY-----\n");
        Write("state/join-token", $"ojt1.bookinfo.rack.{Planted}");
        Write($"{workload}/sidecar.log", $"authorization: Bearer {Planted}\nsent {Jwt}\nsidecar-line-1\n");
        Write($"{workload}/boot/v1-a/istio-token", Jwt);
        Write($"{workload}/boot/v1-a/cluster.env", $"MY_PASSWORD='{Planted}'\n");
        Write($"{workload}/boot/v1-a/mesh.yaml", "defaultConfig: {}\n");
        Write($"{workload}/boot/v1-a/root-cert.pem", $"-----BEGIN EC PRIVATE KEY-----\n{Planted}\n");
        Write($"{workload}/boot/v1-a/hosts", "");
        Write(
            $"{workload}/boot/v1-a/version.json",
            """{"generation": 1, "coreHash": "c", "liveHash": "l", "registrationUid": "u", "spiffeId": "spiffe://cluster.local/ns/bookinfo/sa/x", "tokenExpiresAt": "2030-01-01T00:00:00Z"}""");
        File.CreateSymbolicLink(_directory[$"{workload}/boot/current"], "v1-a");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task It_holds_what_helps_and_no_secret()
    {
        (int code, string said) = await RunAsync();
        code.ShouldBe(ExitCodes.Success, said);

        Dictionary<string, string> parts = await ReadAsync();
        foreach ((string name, string text) in parts)
        {
            text.ShouldNotContain(Planted, Case.Insensitive, name);
            text.ShouldNotContain("eyJhbGciOiJFUzI1NiJ9", Case.Sensitive, name);
        }

        parts["configuration/agent.yaml"].ShouldContain("name: vault");
        parts["configuration/onboarding.yaml"].ShouldContain("namespace: bookinfo");
        parts["status.json"].ShouldContain("AgentNotRunning");
        parts["bootconfig.txt"].ShouldContain("generation 1");
        parts["sidecar-log.txt"].ShouldContain("sidecar-line-1");
        parts["version.txt"].ShouldContain("onboarding-agent v");
        parts["check.json"].ShouldContain("EndpointConnectionRefused");
        File.GetUnixFileMode(_directory["bundle.tar.gz"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_replaced()
    {
        Write("bundle.tar.gz", "another's");

        (int code, string said) = await RunAsync();

        code.ShouldBe(ExitCodes.Failure);
        said.ShouldContain("Next: ");
        (await File.ReadAllTextAsync(_directory["bundle.tar.gz"])).ShouldBe("another's");
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_read_is_named_in_it()
    {
        // It is a file, and each read of its beginning fails.
        (int code, string said) = await RunAsync("/proc/self/mem");

        code.ShouldBe(ExitCodes.Success, said);
        Dictionary<string, string> parts = await ReadAsync();
        parts["configuration/mem"].ShouldNotBeEmpty();
        parts["configuration/onboarding.yaml"].ShouldContain("namespace: bookinfo");
        parts.ShouldContainKey("version.txt");
    }

    private async Task<(int Code, string Said)> RunAsync(string? agent = null)
    {
        var said = new StringWriter();
        int code = await AgentCommandLine.RunAsync(
            [
                "support-bundle", "--file", _directory["bundle.tar.gz"], "--onboarding-config", _directory["onboarding.yaml"],
                "--agent-config", agent ?? _directory["agent.yaml"], "--state-directory", _directory["state"],
            ],
            said,
            said);
        return (code, said.ToString());
    }

    private async Task<Dictionary<string, string>> ReadAsync()
    {
        var parts = new Dictionary<string, string>();
        await using FileStream file = File.OpenRead(_directory["bundle.tar.gz"]);
        await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            parts[entry.Name["onboarding-agent-support/".Length..]] = entry.DataStream is null ? "" : await new StreamReader(entry.DataStream).ReadToEndAsync();
        }

        return parts;
    }

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory[name])!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(_directory[name], content);
    }
}
