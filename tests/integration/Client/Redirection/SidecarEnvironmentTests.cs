using System.Diagnostics;
using System.Text;
using Onboarding.Client.Sidecar.Istio.Redirection;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests.Redirection;

public sealed class SidecarEnvironmentTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // What counts is what Istio's start script has after both files were sourced, the boot configuration last.
    [Theory]
    [InlineData("", "", "onboarding-agent")]
    [InlineData("", "X=1", "onboarding-agent")]
    [InlineData("ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE=admins,202\n", "X=1\n", "admins,202,onboarding-agent")]
    [InlineData("G=admins\nexport ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE=\"$G\"\n", "", "admins,onboarding-agent")]
    [InlineData("", "ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE='mesh'\n", "mesh,onboarding-agent")]
    [InlineData("ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE=admins\n", "ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE=mesh\n", "admins,mesh,onboarding-agent")]
    [InlineData("ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE=a,onboarding-agent\n", "", "a,onboarding-agent")]
    [InlineData("ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE=\n", "", "onboarding-agent")]
    [InlineData("ISTIO_OUTBOUND_OWNER_GROUPS='*'\n", "", "onboarding-agent")]
    // Only these groups are redirected: Istio takes no second list, and needs none.
    [InlineData("ISTIO_OUTBOUND_OWNER_GROUPS=java\n", "", "")]
    public async Task The_group_is_excluded_beside_those_that_others_name(string sidecar, string cluster, string groups)
    {
        SidecarEnvironment environment = new SidecarEnvironment(Encoding.UTF8.GetBytes(sidecar), Encoding.UTF8.GetBytes(cluster)).Excluding("onboarding-agent");
        File.WriteAllBytes(_directory["sidecar.env"], environment.Sidecar);
        File.WriteAllBytes(_directory["cluster.env"], environment.Cluster);
        Encoding.UTF8.GetString(environment.Cluster).ShouldStartWith(cluster);
        var shell = new ProcessStartInfo("/bin/sh", ["-c", ". ./sidecar.env; . ./cluster.env; printf %s \"$ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE\""])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _directory.Path,
        };
        using Process process = Process.Start(shell)!;
        (await process.StandardOutput.ReadToEndAsync()).ShouldBe(groups);
        await process.WaitForExitAsync();
    }

    [Theory]
    [InlineData("ISTIO_CUSTOM_IP_TABLES=true\n", "", true)]
    [InlineData("ISTIO_CUSTOM_IP_TABLES='true' # ours\n", "", true)]
    [InlineData("ISTIO_CUSTOM_IP_TABLES=true\n", "ISTIO_CUSTOM_IP_TABLES=false\n", false)]
    [InlineData("#ISTIO_CUSTOM_IP_TABLES=true\n", "", false)]
    public void Own_rules_are_the_administrator_s_word(string sidecar, string cluster, bool own) =>
        new SidecarEnvironment(Encoding.UTF8.GetBytes(sidecar), Encoding.UTF8.GetBytes(cluster)).HasOwnRules.ShouldBe(own);

    [Fact]
    public void Rules_of_the_agent_are_not_the_administrator_s_and_no_plane_can_say_so()
    {
        Directory.CreateDirectory(_directory["var/lib/istio/envoy"]);
        SidecarEnvironment boot = new([], Encoding.UTF8.GetBytes("X=1\n"));
        File.WriteAllBytes(_directory["var/lib/istio/envoy/cluster.env"], boot.LeavingRulesToAgent().Cluster);
        SidecarEnvironment.LeavesRulesToAgent(_directory.Path).ShouldBeTrue();
        SidecarEnvironment.Installed(_directory.Path).ShouldBe(boot);
        boot.LeavingRulesToAgent().HasOwnRules.ShouldBeTrue();

        // Sent by a plane, the mark is one more setting.
        File.WriteAllBytes(_directory["var/lib/istio/envoy/cluster.env"], [.. boot.LeavingRulesToAgent().Cluster, .. "Y=1\n"u8]);
        SidecarEnvironment.Installed(_directory.Path).HasOwnRules.ShouldBeTrue();
        SidecarEnvironment.LeavesRulesToAgent(_directory.Path).ShouldBeFalse();

        // The administrator's own rules stay so.
        SidecarEnvironment own = new("ISTIO_CUSTOM_IP_TABLES=true\n"u8.ToArray(), []);
        own.LeavingRulesToAgent().ShouldBe(own);
    }
}
