using Onboarding.Client;
using Onboarding.Client.Checks;
using Onboarding.Client.Checks.Machine;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.Integration.ClientTests.Istio;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.CheckTests;

/// <summary>A machine that has nft redirects with it, RHEL 10 and Debian 13 without iptables among them; the pre-flight says so, or what to install.</summary>
public sealed class NativeNftablesTests : IDisposable
{
    private const string Debian = "ID=debian\n";
    private const string Rocky = "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n";
    private const string Suse = "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n";

    private readonly IstioMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("nft")]
    [InlineData("nft", "iptables-save")]
    public async Task Where_there_is_nft_the_script_is_told_to_use_it(params string[] tools)
    {
        Install(tools);
        CheckOutcome outcome = await CheckAsync();
        outcome.Status.ShouldBe(CheckStatus.Pass);
        outcome.Detail.ShouldContain("NATIVE_NFTABLES=true");
        (await ClusterEnvAsync()).ShouldContain("\nNATIVE_NFTABLES=true\n");
    }

    [Fact]
    public async Task With_iptables_alone_it_is_not()
    {
        Install("iptables-save");
        (await CheckAsync()).Status.ShouldBe(CheckStatus.Pass);
        (await ClusterEnvAsync()).ShouldNotContain("NATIVE_NFTABLES");
    }

    [Theory]
    [InlineData("proc/net/ip_tables_names", true)]
    [InlineData("proc/net/ip6_tables_names", true)]
    [InlineData("proc/net/ip_tables_names", false)]
    public async Task With_both_iptables_stays_while_rules_of_its_older_kind_are_in_force(string names, bool inForce)
    {
        Install("nft", "iptables-save");
        Write(names, inForce ? "nat\n" : "");
        (await CheckAsync()).Status.ShouldBe(CheckStatus.Pass);
        (await ClusterEnvAsync()).Contains("NATIVE_NFTABLES=true", StringComparison.Ordinal).ShouldBe(!inForce);
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("nft")]
    public async Task An_iptables_that_the_administrator_names_stays(string binary)
    {
        Install("nft", "iptables-save");
        Write("var/lib/istio/envoy/sidecar.env", $"FORCE_IPTABLES_BINARY={binary}\n");
        (await CheckAsync()).Status.ShouldBe(CheckStatus.Pass);
        (await ClusterEnvAsync()).ShouldNotContain("NATIVE_NFTABLES");
    }

    [Theory]
    [InlineData("true", CheckStatus.Pass)]
    [InlineData("false", CheckStatus.Fail)]
    public async Task What_the_administrator_says_of_it_stays(string value, CheckStatus status)
    {
        Install("nft");
        Write("var/lib/istio/envoy/sidecar.env", $"NATIVE_NFTABLES={value}\n");
        (await CheckAsync()).Status.ShouldBe(status);
        (await ClusterEnvAsync()).ShouldNotContain("NATIVE_NFTABLES");
    }

    [Fact]
    public async Task Where_the_administrator_makes_the_rules_nothing_is_added()
    {
        Install("nft");
        Write("var/lib/istio/envoy/sidecar.env", "ISTIO_CUSTOM_IP_TABLES=true\n");
        (await ClusterEnvAsync()).ShouldNotContain("NATIVE_NFTABLES");
    }

    [Fact]
    public async Task Rules_that_nft_does_not_see_need_iptables()
    {
        Install("nft");
        Write("etc/os-release", Debian);
        Write("proc/net/ip_tables_names", "nat\n");
        CheckOutcome outcome = await CheckAsync();
        (outcome.Status, outcome.ErrorId).ShouldBe((CheckStatus.Fail, ErrorIds.SidecarFailed));
        outcome.Remediation.ShouldEndWith("sudo apt-get install iptables");
        (await ClusterEnvAsync()).ShouldNotContain("NATIVE_NFTABLES");
    }

    [Theory]
    [InlineData(Debian, "sudo apt-get install nftables")]
    [InlineData(Rocky, "sudo dnf install nftables")]
    [InlineData(Suse, "sudo zypper install nftables")]
    [InlineData("", "sudo apt-get install nftables, or sudo dnf install nftables")]
    public async Task With_neither_the_remedy_is_the_distribution_s(string release, string remedy)
    {
        Write("etc/os-release", release);
        CheckOutcome outcome = await CheckAsync();
        (outcome.Status, outcome.ErrorId, outcome.Remediation).ShouldBe((CheckStatus.Fail, ErrorIds.SidecarFailed, remedy));
    }

    private void Install(params string[] tools)
    {
        foreach (string tool in tools)
        {
            Write($"usr/sbin/{tool}", "#!/bin/sh\n");
            File.SetUnixFileMode(_machine.Root[$"usr/sbin/{tool}"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_machine.Root[path])!);
        File.WriteAllText(_machine.Root[path], content);
    }

    private async Task<string> ClusterEnvAsync()
    {
        await _machine.Host.PrepareAsync(new SidecarStart(_machine.BootWith(""), "core"));
        return await File.ReadAllTextAsync(_machine.Root["var/lib/istio/envoy/cluster.env"]);
    }

    private Task<CheckOutcome> CheckAsync() => new RedirectionCheck().RunAsync(
        new CheckContext(
            new OnboardingAgentOptions { Onboarding = RunningAgent.Onboarding(_machine.State, 1), StateDirectory = _machine.State.Path },
            new SidecarProgram("/bin/true") { Kind = IstioSidecar.Kind })
        {
            Root = _machine.Root.Path,
        },
        CancellationToken.None);
}
