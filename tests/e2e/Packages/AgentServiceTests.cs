using System.Diagnostics;
using System.Globalization;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Machines;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>The package's life on a Debian that runs systemd, with the units as they ship and Istio's package beside it.</summary>
public sealed partial class AgentServiceTests : IAsyncLifetime
{
    // What a package's removal has to leave as it was; not what the system itself writes all the time, nor the empty file of Istio's package that
    // leaving the mesh removes.
    internal const string Files =
        """
        find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /mnt -o -path /var/cache -o -path /var/log -o -path /var/lib/dpkg \
          -o -path /var/lib/istio/config/mesh -o -path /var/lib/apt -o -path /var/lib/systemd -o -path /var/tmp -o -path /root -o -path '/etc/ssl/certs' -o -path '/usr/local/share/ca-certificates' -o -name '*-' \) -prune \
          -o -printf '%p %y %m %u:%g\n' | sort
        grep -h onboarding /etc/passwd /etc/group /etc/hosts /etc/shadow || true
        """;

    private const string Rules = "iptables-save; nft list ruleset 2>/dev/null || true";
    private const string Units = "onboarding-agent.service onboarding-agent-root.socket istio.service";
    private readonly TemporaryDirectory _directory = new();
    private ServicePlane _plane = null!;
    private ServiceMachine _machine = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.SystemdMachines.Require();
        Capability.PythonGrpc.Require();
        _plane = await ServicePlane.StartAsync();
        string python = new FileInfo("/usr/bin/python3").ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? "/usr/bin/python3";
        _machine = await ServiceMachine.StartAsync(_plane.Plane.Lan, "vm1", (python, "/mnt/python"), ("/usr/lib", "/mnt/lib"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
        }

        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task It_is_installed_configured_started_killed_reloaded_rebooted_upgraded_stopped_and_purged()
    {
        await InstallAsync("istio-sidecar.deb");
        string before = await FilesAsync();
        await InstallAsync("onboarding-agent.deb");

        // Not configured: neither enabled nor started, and a start fails nothing.
        (await _machine.TryAsync("systemctl is-enabled onboarding-agent")).Output.Trim().ShouldBe("disabled");
        await _machine.RunAsync("systemctl start onboarding-agent");
        (await StateAsync("onboarding-agent")).ShouldBe("inactive");
        (await _machine.RunAsync("systemctl is-failed onboarding-agent || true")).ShouldBe("inactive");

        await _plane.ConfigureAsync(_machine);
        await _machine.RunAsync("onboarding-agent validate && systemctl enable --now onboarding-agent");
        await _plane.WaitUntilReadyAsync(_machine);
        await IsReadyAsync();
        await IsConfinedAsync();
        await RootVerbsChangeTheMachineAsync();
        await TheIdentityIsGivenToWhomTheKernelNamesAsync();

        // Killed, it is back, and the sidecar hasn't noticed.
        string sidecar = await ProcessAsync("istio");
        string uid = (await _plane.RegistrationAsync())!.Metadata.Uid!;
        string agent = await ProcessAsync("onboarding-agent");
        await _machine.RunAsync("systemctl kill --kill-whom=main --signal=KILL onboarding-agent");
        await Eventually.Is(async () => await ProcessAsync("onboarding-agent") is var now && now != agent && now != "0", "systemd starts it again");
        await IsReadyAsync();
        await B7_an_agent_that_is_back_in_time_keeps_its_sidecar();
        (await ProcessAsync("istio")).ShouldBe(sidecar);
        await B7_a_sidecar_whose_agent_is_not_back_is_ended_with_all_that_was_installed();

        // Reloaded, and reloaded by a package: the same process, the same member, the same sidecar.
        (agent, sidecar) = (await ProcessAsync("onboarding-agent"), await ProcessAsync("istio"));
        await _machine.RunAsync("systemctl reload onboarding-agent");
        await IsReadyAsync();
        await _machine.RunAsync("echo 'kind: Nothing' >/etc/onboarding-agent/broken.yaml; cd /etc/onboarding-agent; mv onboarding.config.yaml good; mv broken.yaml onboarding.config.yaml");
        await _machine.RunAsync("systemctl reload onboarding-agent");
        await Eventually.Is(
            async () => (await _machine.TryAsync("journalctl -p err -o cat -u onboarding-agent")).Output.Contains("NotReloaded", StringComparison.Ordinal),
            "the mistake is in the journal");
        await _machine.RunAsync("mv /etc/onboarding-agent/good /etc/onboarding-agent/onboarding.config.yaml");
        (await _machine.RunAsync("onboarding-agent whoami")).ShouldBe("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings");
        await InstallAsync("onboarding-agent.deb");
        await IsReadyAsync();
        (await ProcessAsync("onboarding-agent")).ShouldBe(agent);
        (await ProcessAsync("istio")).ShouldBe(sidecar);
        (await _plane.RegistrationAsync())!.Metadata.Uid.ShouldBe(uid);

        await TheAgentLeavesBeforeItsSidecarStopsAtARebootAsync();
        await IsReadyAsync();
        (await _machine.RunAsync("journalctl --boot -p warning -o cat -u 'onboarding-agent*'")).ShouldBeEmpty();

        await _machine.RunAsync("systemctl stop onboarding-agent");
        (await _plane.RegistrationAsync()).ShouldBeNull();
        (await StateAsync("istio")).ShouldBe("inactive");
        await IsCapturedAsync(false);
        await HasNothingOfTheMeshAsync();

        await _machine.RunAsync("apt-get purge -y onboarding-agent 2>&1");
        string left = await FilesAsync();
        left.Split('\n').Except(before.Split('\n')).ShouldBeEmpty();
        before.Split('\n').Except(left.Split('\n')).ShouldBeEmpty();
    }

    /// <summary>The stand-in for Istio's package, as a DEB.</summary>
    internal static string SidecarPackage(string directory)
    {
        string package = Path.Combine(directory, "istio-sidecar.deb");
        string script = Path.Combine(Repository.Root, "tests/istio-package/files/build-deb.sh");
        using Process build = Process.Start(script, [Namespaces.IstioPackage, "/mnt/istio-package", ServiceMachine.DotnetRoot, package]);
        build.WaitForExit();
        build.ExitCode.ShouldBe(0);
        return package;
    }

    private async Task InstallAsync(string name)
    {
        await _machine.RunAsync("mkdir -p /root/packages");
        _machine.Copy(name.StartsWith("istio", StringComparison.Ordinal) ? SidecarPackage(_directory[""]) : DebianRoot.Package("*.deb"), $"/root/packages/{name}");
        await _machine.RunAsync($"apt-get install -y --reinstall --no-install-recommends /root/packages/{name} 2>&1");
        await _machine.RunAsync("rm -r /root/packages");
    }

    private async Task IsReadyAsync()
    {
        (int Code, string Output) status = (1, "");
        try
        {
            await Eventually.Is(
                async () => (status = await _machine.TryAsync("onboarding-agent status")).Code == 0 && status.Output.Contains("Sidecar  : Running,", StringComparison.Ordinal),
                "status says that it is ready");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{status.Output}\n{await ServicePlane.DescribeAsync(_machine)}", e);
        }

        (await StateAsync("istio")).ShouldBe("active");
        (await _machine.RunAsync(Rules)).ShouldContain("istio", Case.Insensitive);
        (await _machine.RunAsync("systemctl show --property=StatusText onboarding-agent")).Length.ShouldBeGreaterThan("StatusText=".Length);
    }

    // The unit as systemd runs it: no rights, and none to be had.
    private async Task IsConfinedAsync()
    {
        string status = await _machine.RunAsync("cat /proc/$(systemctl show --property=MainPID --value onboarding-agent)/status");
        status.ShouldContain("NoNewPrivs:\t1");
        status.ShouldContain("CapBnd:\t0000000000000000");
        status.ShouldNotContain("Uid:\t0");
        (await _machine.RunAsync("systemctl show --property=MemoryDenyWriteExecute --value onboarding-agent")).ShouldBe("yes");
        string security = await _machine.RunAsync("systemd-analyze --no-pager security onboarding-agent.service | tail -n 1");
        Exposure(security).ShouldBeLessThanOrEqualTo(1.5, security);

        // Istio's own unit, hardened, and its start script got what it needs: rules by iptables, and another user by sudo.
        security = await _machine.RunAsync("systemd-analyze --no-pager security istio.service | tail -n 1");
        Exposure(security).ShouldBeLessThan(7, security);
        (await _machine.RunAsync("ps -eo user:16=,args= | grep '^istio-proxy .*[p]ilot-agent'")).ShouldContain(" proxy");
        (await _machine.RunAsync($"systemctl --no-pager show --property=NRestarts --value {Units.Split(' ')[0]}")).ShouldBe("0");
    }

    private static double Exposure(string security) => double.Parse(security.Split("service: ")[1].Split(' ')[0], CultureInfo.InvariantCulture);

    private Task<string> ProcessAsync(string unit) => _machine.RunAsync($"systemctl show --property=MainPID --value {unit}");

    private async Task<string> StateAsync(string unit) => (await _machine.TryAsync($"systemctl is-active {unit}")).Output.Trim();

    private Task<string> FilesAsync() => _machine.RunAsync(Files);
}
