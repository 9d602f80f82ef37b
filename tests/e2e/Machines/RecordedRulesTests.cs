using System.Text.RegularExpressions;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>The stand-in for Istio's package makes and removes the rules that Istio's own programs were seen to make and remove.</summary>
public sealed partial class RecordedRulesTests : IAsyncLifetime
{
    private const string ClusterEnv = "/var/lib/istio/envoy/cluster.env";

    private const string Recorded = """
        ISTIO_INBOUND_PORTS='9080'
        ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021,15020'
        ISTIO_META_DNS_CAPTURE='true'
        ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE='onboarding-agent'
        ISTIO_SERVICE_CIDR='*'

        """;

    private Lan _lan = null!;
    private Machine _machine = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.NetworkNamespaces.Require();
        _lan = await Lan.StartAsync();
        _machine = await Machine.StartAsync(_lan, "recorded");
        await _machine.RunAsync("echo nameserver 10.255.255.53 >/etc/resolv.conf");
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
            await _lan.DisposeAsync();
        }
    }

    [Fact]
    public async Task By_iptables_they_are_the_recorded_ones_and_go_again()
    {
        await StartAsync(Recorded);
        InForce(await _machine.RunAsync("iptables-save")).ShouldBe(InForce(await RecordingAsync("redirect-iptables.txt")));
        await CleanAsync(Recorded);
        (await _machine.RunAsync("iptables-save")).ShouldNotContain("ISTIO");
    }

    [Fact]
    public async Task By_nftables_they_are_the_recorded_ones_and_go_again()
    {
        await StartAsync(Recorded + "NATIVE_NFTABLES=true\n");
        IstioTables(await _machine.RunAsync("nft list ruleset")).ShouldBe(IstioTables(await RecordingAsync("redirect-nftables.txt")));
        await CleanAsync(Recorded + "NATIVE_NFTABLES=true\n");
        (await _machine.RunAsync("nft list ruleset")).ShouldNotContain("istio");
    }

    [Fact]
    public async Task A_cleanup_in_another_environment_leaves_what_it_was_seen_to_leave()
    {
        await StartAsync(Recorded);
        await CleanAsync("");
        (await CountAsync()).ShouldBe(11);

        // And with those in place Istio's next start fails.
        (int code, string output) = await _machine.TryAsync("istio-start.sh init");
        code.ShouldBe(1);
        output.ShouldContain("iptables-restore: line 2 failed");
        await CleanAsync(Recorded);
        (await CountAsync()).ShouldBe(0);

        await StartAsync(Recorded + "KUBE_VIRT_INTERFACES=docker0\n");
        await CleanAsync(Recorded);
        (await CountAsync()).ShouldBe(2);
        await CleanAsync(Recorded + "KUBE_VIRT_INTERFACES=docker0\n");
        (await CountAsync()).ShouldBe(0);

        // Half-way: the first table is in force when the second one is refused.
        await StartAsync(Recorded);
        await WriteAsync(Recorded + "ISTIO_INBOUND_INTERCEPTION_MODE=TPROXY\n");
        (await _machine.TryAsync("istio-start.sh init")).Code.ShouldBe(1);
        (await CountAsync()).ShouldBe(15);
    }

    [Fact]
    public async Task A_change_to_nftables_leaves_both_sets_in_force()
    {
        await StartAsync(Recorded);
        await StartAsync(Recorded + "NATIVE_NFTABLES=true\n");
        (await CountAsync()).ShouldBe(27);
        (await _machine.RunAsync("nft list ruleset")).ShouldContain("table inet istio-proxy-nat");
    }

    [Fact]
    public async Task The_legacy_backend_is_one_of_its_own()
    {
        await StartAsync(Recorded + "FORCE_IPTABLES_BINARY=legacy\n");
        (await _machine.RunAsync("iptables-legacy-save")).Split('\n').Count(l => l.StartsWith("-A", StringComparison.Ordinal)).ShouldBe(27);
        (await CountAsync()).ShouldBe(0);
        await CleanAsync(Recorded + "FORCE_IPTABLES_BINARY=legacy\n");
        (await _machine.RunAsync("iptables-legacy-save")).ShouldNotContain("ISTIO");
    }

    [Fact]
    public async Task The_version_comes_in_the_recorded_forms_with_noise_on_standard_error()
    {
        string recording = await RecordingAsync("version.txt");
        foreach (string command in (string[])["pilot-agent version --short", "pilot-agent version", "pilot-agent version -o json"])
        {
            string said = await _machine.RunAsync($"ISTIO_PACKAGE_VERSION=unknown {command} 2>/mnt/noise");
            recording.ShouldContain($"$ {command}\n{said}[exit 0; standard error: {(await _machine.RunAsync("cat /mnt/noise")).Trim()}]");
        }
    }

    private static Task<string> RecordingAsync(string name) =>
        File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests/e2e/Machines/Recorded", name));

    // Tables without rules come and go with anyone who looks at them.
    private static string InForce(string saved) => string.Concat(
        saved.Split("*", StringSplitOptions.RemoveEmptyEntries).Where(table => table.Contains("\n-A ", StringComparison.Ordinal))
            .SelectMany(table => table.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line + "\n")));

    private static string IstioTables(string ruleset) =>
        Counter().Replace(ruleset[ruleset.IndexOf("table inet istio-proxy-nat", StringComparison.Ordinal)..].TrimEnd(), "counter packets 0 bytes 0");

    [GeneratedRegex("counter packets [0-9]+ bytes [0-9]+")]
    private static partial Regex Counter();

    private async Task<int> CountAsync() =>
        (await _machine.RunAsync("iptables-save")).Split('\n').Count(line => line.StartsWith("-A", StringComparison.Ordinal));

    private async Task StartAsync(string clusterEnv)
    {
        await WriteAsync(clusterEnv);
        await _machine.RunAsync("istio-start.sh init");
    }

    private async Task CleanAsync(string clusterEnv)
    {
        await WriteAsync(clusterEnv);
        await _machine.RunAsync("istio-start.sh clean");
    }

    private Task WriteAsync(string clusterEnv) => File.WriteAllTextAsync(_machine[ClusterEnv], clusterEnv);
}
