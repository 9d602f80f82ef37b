using System.Text;
using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio.Redirection;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests.Redirection;

public sealed class NoticesTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public NoticesTests()
    {
        Directory.CreateDirectory(_root["etc"]);
        Directory.CreateDirectory(_root["usr/sbin"]);
    }

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("onboarding-agent:x:1001:\n", "1.31.0", true, "", null)]
    [InlineData("onboarding-agent:x:1001:\n", "unknown", true, "", null)]
    [InlineData("root:x:0:\n", "1.31.0", true, "", "There is no group onboarding-agent")]
    [InlineData("onboarding-agent:x:0:\n", "1.31.0", true, "", "There is no group onboarding-agent")]
    [InlineData("onboarding:x:7:\nonboarding-agent:x:7:\n", "1.31.0", true, "", "There is no group onboarding-agent")]
    [InlineData("onboarding-agent:x:1001:\n", "1.13.9-alpha.1", true, "", "pilot-agent 1.13.9-alpha.1 can't leave a group out")]
    [InlineData("onboarding-agent:x:1001:\n", "1.31.0", false, "", "isn't in group onboarding-agent")]
    [InlineData("", "1.31.0", false, "ISTIO_CUSTOM_IP_TABLES=true\n", null)]
    [InlineData("", "1.31.0", false, "ISTIO_OUTBOUND_OWNER_GROUPS=java\n", null)]
    public void Why_the_agent_would_cut_itself_off_is_said_before_the_start(string groups, string version, bool held, string environment, string? said)
    {
        File.WriteAllText(_root["etc/group"], groups);
        SidecarNotice? notice = ExclusionNotice.Find(_root.Path, Environment(environment), version, held);
        (notice is null).ShouldBe(said is null);
        if (notice is not null)
        {
            notice.Message.ShouldContain(said!);
            notice.Message.ShouldBeGolden();
            notice.NextStep.ShouldNotBeEmpty();
        }
    }

    [Theory]
    [InlineData("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", "table ip filter", "", null)]
    [InlineData("*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n", "", "", "drops what it doesn't accept")]
    [InlineData("*nat\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 15006 -j ACCEPT\nCOMMIT\n", "", "", null)]
    [InlineData("", "table inet filter", "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n", "drops what it doesn't accept")]
    [InlineData("", "table inet firewalld", "", "firewalld manages")]
    [InlineData("*filter\n:INPUT DROP [0:0]\n:ufw-user-input - [0:0]\nCOMMIT\n", "", "", "ufw manages")]
    [InlineData("*nat\n:DOCKER - [0:0]\nCOMMIT\n", "", "", "Docker manages")]
    public async Task Who_else_manages_the_firewall_is_named_with_the_setting_that_helps(string saved, string tables, string chains, string? said)
    {
        File.WriteAllText(_root["saved"], saved);
        File.WriteAllText(_root["tables"], tables);
        File.WriteAllText(_root["chains"], chains);
        ShellScript.Write(_root, "usr/sbin/iptables-nft", "");
        ShellScript.Write(_root, "usr/sbin/iptables-nft-save", $"cat {_root["saved"]}");
        ShellScript.Write(_root, "usr/sbin/nft", $"cat {_root.Path}/$2");
        IReadOnlyList<SidecarNotice> notices = await FindAsync("");
        notices.Count.ShouldBe(said is null ? 0 : 1);
        if (said is not null)
        {
            notices[0].Message.ShouldContain(said);
            notices[0].NextStep.ShouldMatch("15006|KUBE_VIRT_INTERFACES=docker0");
        }
    }

    [Fact]
    public async Task Bridges_of_Docker_count_until_they_are_named()
    {
        foreach (string name in (string[])["docker0", "br-0123456789ab", "br-lan", "eth0"])
        {
            Directory.CreateDirectory(_root[$"sys/class/net/{name}"]);
        }

        (await FindAsync(""))[0].NextStep.ShouldContain("'KUBE_VIRT_INTERFACES=br-0123456789ab,docker0'");
        (await FindAsync("KUBE_VIRT_INTERFACES=docker0\n")).Count.ShouldBe(1);
        (await FindAsync("KUBE_VIRT_INTERFACES=\"docker0, br-0123456789ab\"\n")).ShouldBeEmpty();
    }

    private static SidecarEnvironment Environment(string sidecar) => new(Encoding.UTF8.GetBytes(sidecar), []);

    private async Task<IReadOnlyList<SidecarNotice>> FindAsync(string sidecar) =>
        OtherFirewalls.Find(_root.Path, await MachineRules.ReadAsync(new MachineTools(_root.Path)), Environment(sidecar));
}
