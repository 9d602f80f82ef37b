using System.Net.Sockets;
using System.Security.Cryptography;
using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests.Istio;

/// <summary>What a guard does to a machine whose PowerShell session was killed, in a shell.</summary>
public sealed class UndoScriptTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Root => _directory["root"];

    public UndoScriptTests()
    {
        foreach (string path in (string[])["etc/certs", "var/lib/istio/envoy", "var/lib/istio/config", "var/run/secrets/tokens", "var/run/secrets/workload-spiffe-uds"])
        {
            Directory.CreateDirectory(Path.Combine(Root, path));
        }

        Directory.CreateDirectory(_directory["state/redirection"]);
        Write("etc/hosts", "127.0.0.1 localhost\n# onboarding-agent: begin\n198.18.0.1 istiod.istio-system.svc\n# onboarding-agent: end\n192.0.2.25 mail\n");
        Write("var/lib/istio/envoy/cluster.env", "A='b'\n");
        Write("var/lib/istio/envoy/sidecar.env", "# the administrator's\n");
        Write("var/lib/istio/config/mesh", "defaultConfig: {}\n");
        Write("etc/certs/root-cert.pem", "root");
        Write("etc/certs/key.pem", "key");
        Write("etc/certs/cert-chain.pem", "chain");
        Write("var/run/secrets/tokens/istio-token", "token");
        Note("key", "chain");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_a_start_put_there_goes_and_nothing_else()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(Root, "var/run/secrets/workload-spiffe-uds/socket")));
        File.WriteAllText(_directory["state/redirection/cluster.env"], "");
        await RunAsync();
        Files().ShouldBe(["etc/hosts", "var/lib/istio/envoy/sidecar.env"]);
        Read("etc/hosts").ShouldBe("127.0.0.1 localhost\n192.0.2.25 mail\n");
        Directory.GetFileSystemEntries(Path.Combine(Root, "var/run/secrets")).ShouldBeEmpty();
        File.ReadAllText(_directory["undone"]).Trim().ShouldBe($"clean {_directory["state/redirection/cluster.env"]}");
        File.WriteAllText(_directory["state/secrets-directory"], "");
        await RunAsync();
        Read("etc/hosts").ShouldBe("127.0.0.1 localhost\n192.0.2.25 mail\n");
        Path.Exists(Path.Combine(Root, "var/run/secrets")).ShouldBeFalse();
    }

    [Fact]
    public async Task Where_nothing_was_redirected_Istio_is_not_asked_to_clean()
    {
        await RunAsync();
        File.Exists(_directory["undone"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Somebody_else_s_certificate_and_half_a_block_stay()
    {
        Note("other");
        Write("etc/hosts", "127.0.0.1 localhost\n# onboarding-agent: begin\n192.0.2.25 mail\n");
        await RunAsync();
        Files().ShouldContain("etc/certs/key.pem");
        Files().ShouldContain("etc/certs/cert-chain.pem");
        Read("etc/hosts").ShouldBe("127.0.0.1 localhost\n192.0.2.25 mail\n");
    }

    /// <summary>The sidecar's user owns the directory: a link in it would have root remove what is elsewhere.</summary>
    [Fact]
    public async Task No_link_is_followed()
    {
        Directory.CreateDirectory(_directory["elsewhere"]);
        File.WriteAllText(_directory["elsewhere/istio-token"], "theirs");
        Directory.Delete(Path.Combine(Root, "var/run/secrets/tokens"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(Root, "var/run/secrets/tokens"), _directory["elsewhere"]);
        await RunAsync();
        File.ReadAllText(_directory["elsewhere/istio-token"]).ShouldBe("theirs");
    }

    private Task<FinishedCommand> RunAsync()
    {
        string start = ShellScript.Write(_directory, "istio-start.sh", "echo \"$1 $ISTIO_CLUSTER_CONFIG\" > \"$(dirname \"$0\")/undone\"");
        var clean = new Launch(start)
        {
            Environment = new Dictionary<string, string>
            {
                ["ISTIO_SIDECAR_CONFIG"] = _directory["state/redirection/sidecar.env"],
                ["ISTIO_CLUSTER_CONFIG"] = _directory["state/redirection/cluster.env"],
            },
        };
        return FinishedCommand.RunAsync(UndoScript.CreateLaunch(Root, _directory["state"], clean), TimeSpan.FromMinutes(1));
    }

    private void Note(params string[] contents) => File.WriteAllText(
        _directory["state/istio-certificates.json"],
        $$"""{"hashes":[{{string.Join(',', contents.Select(c => $"\"{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(c)))}\""))}}]}""");

    private void Write(string path, string content) => File.WriteAllText(Path.Combine(Root, path), content);

    private string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private string[] Files() =>
    [
        .. Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Root, p)).Order(StringComparer.Ordinal),
    ];
}
