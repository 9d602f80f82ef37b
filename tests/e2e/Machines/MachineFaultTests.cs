using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>What is wrong on a machine with Istio's package is noticed, and said to anyone who can put it right.</summary>
public sealed class MachineFaultTests : IAsyncLifetime
{
    private const string Agent = "onboarding-agent";
    private const string Proxies = "pgrep -f '^(/usr/local/bin/)?[p]ilot-agent proxy|pilot-agent.*[p]roxy$'";
    private MachinePlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.NetworkNamespaces.Require();
        _plane = await MachinePlane.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_sidecar_that_calls_itself_ready_without_a_certificate_is_not()
    {
        await using MachineAgent agent = await _plane.StartMachineAsync("no-socket");
        await agent.ConfigureAsync();

        // As where /var/run/secrets belongs to root: pilot-agent can't make its socket, and says that all is well.
        await agent.Machine.RunAsync("install -d -m 0700 /var/run/secrets/workload-spiffe-uds");
        agent.Start();
        await Eventually.Is(
            async () => (await _plane.RegistrationAsync("no-socket"))?.Status?.Conditions
                .Any(c => c is { Type: WorkloadAutoRegistration.SidecarReady, Status: "False" } && c.Message!.Contains("socket", StringComparison.Ordinal)) ?? false,
            $"the plane knows\n{agent.Log}");
        (await agent.Machine.GetAsync(15020, "/healthz/ready")).ShouldContain("200 OK");
    }

    [Fact]
    public async Task Somebody_else_s_certificate_is_refused_and_left_where_it_is()
    {
        await using MachineAgent agent = await _plane.StartMachineAsync("foreign");
        await agent.ConfigureAsync();
        using var authority = new TestCertificates("somebody else's");
        using X509Certificate2 theirs = authority.Server("their.example.test");
        await File.WriteAllTextAsync(agent.Machine["/etc/certs/cert-chain.pem"], theirs.ExportCertificatePem());
        await File.WriteAllTextAsync(agent.Machine["/etc/certs/key.pem"], theirs.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        string before = await agent.Machine.RunAsync("sha256sum /etc/certs/*");
        agent.Start();
        await Eventually.Is(() => agent.Count("ForeignCertificate") > 0, $"it is refused\n{agent.Log}");
        await agent.LeaveAsync();
        (await agent.Machine.RunAsync("sha256sum /etc/certs/*")).ShouldBe(before);
    }

    [Fact]
    public async Task A_second_signal_skips_the_waiting_and_not_the_unregistration()
    {
        await using MachineAgent agent = await _plane.StartMachineAsync("twice");
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();
        await agent.Machine.RunAsync("p=$(pgrep -x onboarding-agen); kill -TERM $p; kill -TERM $p");
        await agent.WaitForExitAsync();
        (await _plane.RegistrationAsync("twice")).ShouldBeNull(agent.Log);
        (await agent.Machine.RulesAsync()).ShouldNotContain("istio", Case.Insensitive);
    }

    [Theory]
    [InlineData("kill -KILL $(pgrep -x onboarding-agen) $(pgrep -x sudo)")]
    [InlineData("kill -KILL $(pgrep -x onboarding-agen); rm /var/lib/onboarding-agent/workloads/*/sidecar.json")]
    public async Task A_sidecar_that_no_record_names_is_found_and_stopped_and_nobody_else_s(string accident)
    {
        await using MachineAgent agent = await _plane.StartMachineAsync("stray");
        Machine machine = agent.Machine;
        MachineState before = await MachineState.OfAsync(machine);
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();
        string stray = (await machine.RunAsync(Proxies)).Trim();

        // By name alone, by mark alone: neither is the agent's.
        await machine.RunAsync(
            $"""
            ONBOARDING_BOOT_DIRECTORY=/elsewhere setsid bash -c 'exec -a /usr/local/bin/pilot-agent sleep 1001' >/dev/null 2>&1 &
            ONBOARDING_BOOT_DIRECTORY=/var/lib/onboarding-agent/workloads/bookinfo.ratings/boot/current setsid sleep 1002 >/dev/null 2>&1 &
            {accident}
            """);
        await agent.WaitForExitAsync();
        (await machine.RunAsync(Proxies)).Trim().ShouldBe(stray);
        (await machine.RunAsync($"{agent.Program} sidecar clean 2>/dev/null")).ShouldContain("sidecar clean --stop");

        agent.Start();
        await agent.WaitUntilReadyAsync();
        string[] running = (await machine.RunAsync(Proxies)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        running.ShouldHaveSingleItem(agent.Log).ShouldNotBe(stray);
        await agent.LeaveAsync();
        (await machine.TryAsync(Proxies)).Output.ShouldBeEmpty();
        (await machine.RunAsync("pgrep -f '[s]leep 1002|pilot-[a]gent 1001' | wc -l")).Trim().ShouldBe("2");
        (await MachineState.OfAsync(machine)).ShouldBeBefore(before);
    }

    [Fact]
    public async Task Docker_is_noticed_and_Istio_s_output_has_files_of_its_own()
    {
        await using MachineAgent agent = await _plane.StartMachineAsync("docker");
        Machine machine = agent.Machine;
        await agent.ConfigureAsync();
        await machine.RunAsync("ip link add docker0 type bridge; iptables -t nat -N DOCKER; iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER");
        agent.Start();
        await agent.WaitUntilReadyAsync();
        agent.Log.ShouldContain("KUBE_VIRT_INTERFACES=docker0");
        agent.Log.ShouldNotContain("-A ISTIO");
        agent.Log.ShouldNotContain("Proxy role");
        (await machine.RunAsync($"{agent.Program} sidecar stop && {agent.Program} sidecar start 2>&1")).ShouldContain("warning: Docker manages rules");
        string logs = await machine.RunAsync($"{agent.Program} sidecar logs --lines 500");
        logs.ShouldContain("==> /var/log/istio/istio.log <==");
        logs.ShouldContain("Proxy role");
        await agent.LeaveAsync();
        (await machine.RunAsync("iptables-save -t nat")).ShouldContain("-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER");
    }

    [Fact]
    public async Task A_check_finds_a_missing_group_and_leftovers_before_a_start_does()
    {
        await using MachineAgent agent = await _plane.StartMachineAsync("checked");
        Machine machine = agent.Machine;
        await agent.ConfigureAsync();
        await machine.RunAsync("ISTIO_META_DNS_CAPTURE=true ISTIO_SERVICE_CIDR='*' pilot-agent istio-iptables");
        (await machine.RulesAsync()).ShouldContain("ISTIO_OUTPUT");
        string group = await machine.RunAsync($"grep ^{Agent}: /etc/group; sed -i /^{Agent}:/d /etc/group");
        string found = (await machine.TryAsync($"{agent.Program} check")).Output;
        found.ShouldContain($"groupadd --system {Agent}");
        found.ShouldContain($"{Agent} sidecar clean");

        await machine.RunAsync($"echo '{group.Trim()}' >>/etc/group; {agent.Program} sidecar clean");
        (await machine.RulesAsync()).ShouldNotContain("istio", Case.Insensitive);
        found = (await machine.TryAsync($"setpriv --regid={Agent} --clear-groups {agent.Program} check")).Output;
        found.ShouldNotContain("groupadd");
        found.ShouldNotContain("sidecar clean");
    }
}
