using System.Text.RegularExpressions;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>What ended without an agent is undone by hand, by a unit's ExecStopPost or by a package's removal: real rules, of every backend.</summary>
public sealed partial class RedirectionCleanupTests : IAsyncLifetime
{
    private const string Settings = "/var/lib/istio/envoy";
    private const string State = "/var/lib/onboarding-agent";

    private const string Dns = """
        ISTIO_INBOUND_PORTS='9080'
        ISTIO_META_DNS_CAPTURE='true'
        ISTIO_SERVICE_CIDR='*'

        """;

    // Of an administrator and of Docker; the last three look like Istio's.
    private const string Others = """
        iptables -t nat -N DOCKER
        iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
        iptables -t nat -I OUTPUT -p tcp --dport 8443 -m comment --comment "not \"ISTIO_OUTPUT\" -j ISTIO_OUTPUT" -j RETURN
        iptables -A INPUT -p tcp --dport 22 -j ACCEPT
        iptables -t nat -A PREROUTING -i docker9 -j RETURN
        iptables -t mangle -A PREROUTING -p tcp -m mark --mark 0x53 -j CONNMARK --save-mark
        ip6tables -t nat -N MY_ISTIO_CHAIN
        nft add table inet my-istio-proxy
        ip rule add fwmark 0x1 lookup 133
        """;

    private Lan _lan = null!;
    private Machine _machine = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.NetworkNamespaces.Require();
        _lan = await Lan.StartAsync();
        _machine = await Machine.StartAsync(_lan, "cleaned");
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
            await _lan.DisposeAsync();
        }
    }

    public static TheoryData<string> Environments => new()
    {
        Dns,
        Dns + "NATIVE_NFTABLES=true\n",
        Dns + "FORCE_IPTABLES_BINARY=legacy\n",
        Dns + "KUBE_VIRT_INTERFACES=docker0\n",
        Dns + "ISTIO_INBOUND_PORTS='*'\nISTIO_INBOUND_INTERCEPTION_MODE=TPROXY\n",
    };

    [Theory]
    [MemberData(nameof(Environments))]
    public async Task Rules_go_by_the_environment_that_made_them_though_the_files_have_changed(string environment)
    {
        await StartAsync(environment);
        await _machine.RunAsync(Others);
        string[] others = await RulesAsync(ofIstio: false);
        (await RulesAsync(ofIstio: true)).ShouldNotBeEmpty();
        await KeepAsync(environment);
        await WriteAsync("");
        (await CleanAsync()).ShouldBe("redirection undone");
        (await RulesAsync(ofIstio: true)).ShouldBeEmpty();
        (await RulesAsync(ofIstio: false)).ShouldBe(others);
        Directory.GetFiles(_machine[$"{State}/redirection"]).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public async Task Rules_that_nobody_kept_a_record_of_go_one_by_one_without_Istio_s_help(string environment)
    {
        await StartAsync(environment);
        await _machine.RunAsync(Others);
        string[] others = await RulesAsync(ofIstio: false);
        await WriteAsync("");
        await _machine.RunAsync("rm /usr/local/bin/istio-start.sh /usr/local/bin/pilot-agent");
        (await CleanAsync()).ShouldBe("redirection undone");
        (await RulesAsync(ofIstio: true)).ShouldBeEmpty();
        (await RulesAsync(ofIstio: false)).ShouldBe(others);
    }

    [Fact]
    public async Task What_Istio_makes_beside_its_rules_goes_only_where_it_is_seen_to_be_Istio_s()
    {
        await _machine.RunAsync(
            """
            ip -6 address add ::6/128 dev lo
            ip rule add fwmark 0x539 lookup 77; ip route add local default dev lo table 77
            ip rule add fwmark 0x539 lookup 78; ip route add local default dev lo table 78; ip route add blackhole 203.0.113.0/24 table 78
            """);
        await StartAsync(Dns);
        await _machine.RunAsync("rm /usr/local/bin/istio-start.sh /usr/local/bin/pilot-agent");
        (await CleanAsync()).ShouldBe("redirection undone");
        string left = await _machine.RunAsync("ip -6 address show dev lo; ip rule; ip route show table 77 2>/dev/null || true");
        left.ShouldNotContain("::6/128");
        left.ShouldNotContain("lookup 77");
        left.ShouldNotContain("local default");
        left.ShouldContain("lookup 78");

        // With nothing of Istio's in force, the address is another's.
        await _machine.RunAsync("ip -6 address add ::6/128 dev lo; ip rule del fwmark 0x539 lookup 78");
        await CleanAsync();
        (await _machine.RunAsync("ip -6 address show dev lo")).ShouldContain("::6/128");
    }

    [Fact]
    public async Task Rules_that_the_administrator_makes_are_not_touched()
    {
        await StartAsync(Dns);
        await File.WriteAllTextAsync(_machine[$"{Settings}/sidecar.env"], "ISTIO_CUSTOM_IP_TABLES=true\n");
        await KeepAsync(Dns);
        string[] before = await RulesAsync(ofIstio: true);
        await CleanAsync();
        (await RulesAsync(ofIstio: true)).ShouldBe(before);
    }

    [Fact]
    public async Task A_sidecar_that_runs_keeps_its_redirection_until_it_is_to_be_stopped()
    {
        await StartAsync(Dns);
        await KeepAsync(Dns);
        await _machine.RunAsync(
            $$"""
            install -d -m 0700 {{State}}/workloads {{State}}/workloads/bookinfo.ratings
            setsid sleep 1000 >/dev/null 2>&1 &
            stat=$(cat /proc/$!/stat); set -- ${stat##*) }
            echo "{\"processId\":$!,\"startTime\":${20},\"coreHash\":\"\"}" >{{State}}/workloads/bookinfo.ratings/sidecar.json
            """);
        (await CleanAsync()).ShouldContain(": onboarding-agent sidecar clean --stop");
        (await RulesAsync(ofIstio: true)).ShouldNotBeEmpty();
        (await CleanAsync("--stop")).ShouldBe("redirection undone, installed files removed");
        (await RulesAsync(ofIstio: true)).ShouldBeEmpty();
        (await _machine.TryAsync("pgrep -x sleep")).Code.ShouldBe(1);
    }

    private async Task StartAsync(string environment)
    {
        await WriteAsync(environment);
        await _machine.RunAsync("istio-start.sh init");
    }

    private Task WriteAsync(string environment) => File.WriteAllTextAsync(_machine[$"{Settings}/cluster.env"], environment);

    // As an agent leaves it that is killed after the start.
    private Task<string> KeepAsync(string environment) => _machine.RunAsync(
        $"install -d -m 0700 {State} {State}/redirection; cp {Settings}/sidecar.env {State}/redirection; printf %s \"$(cat <<'END'\n{environment}\nEND\n)\" >{State}/redirection/cluster.env");

    private async Task<string> CleanAsync(string option = "") =>
        (await _machine.RunAsync($"{BuiltPrograms.Agent} sidecar clean {option} 2>/dev/null")).Trim();

    private async Task<string[]> RulesAsync(bool ofIstio)
    {
        string shown = await _machine.RunAsync(
            """
            for save in iptables-nft-save iptables-legacy-save ip6tables-nft-save ip6tables-legacy-save; do $save; done
            nft list tables; ip rule; ip -6 rule; ip route show table 133 2>/dev/null || true
            """);
        return [.. shown.Split('\n').Select(l => Counters().Replace(l.Trim(), "")).Where(l => (ofIstio ? Istio() : Other()).IsMatch(l) && Istio().IsMatch(l) == ofIstio)];
    }

    [GeneratedRegex(@" \[\d+:\d+\]$")]
    private static partial Regex Counters();

    [GeneratedRegex("^:ISTIO|^-A ISTIO|-[jg] ISTIO_[A-Z_]+$|^-A .*-i docker0 |inet istio-proxy-|0x539|0x53a|^local default dev lo")]
    private static partial Regex Istio();

    [GeneratedRegex("^-A|^:DOCKER|^:MY|my-istio|fwmark")]
    private static partial Regex Other();
}
