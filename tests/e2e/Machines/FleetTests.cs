using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.BootConfiguration;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>
/// Ten members on one network: by IPv6 alone, by IPv4 alone, by both. Their sidecars are the probe, which dials istiod at the addresses of its
/// boot configuration, by the name there, and is ready once it has certificate and configuration.
/// </summary>
public sealed class FleetTests
{
    private const int Members = 10;
    private const string Boot = "/var/lib/onboarding-agent/workloads/*/boot/current";

    private static readonly string Sidecar =
        $"sidecar: {{command: {{path: {BuiltPrograms.SidecarProbe}, args: [--drain-seconds, '0'], readiness: {{port: 15020}}}}}}";

    [Fact]
    public async Task Ten_members_of_both_families_follow_the_gateway_s_addresses_and_move_to_another_revision()
    {
        Capability.NetworkNamespaces.Require();
        await using MachinePlane plane = await MachinePlane.StartAsync(hasIPv6: true);
        (IPAddress host, IPAddress host6) = (plane.Lan.Host, plane.Lan.Host6!);
        await plane.Kubernetes.PatchAsync<OnboardingPlane>(
            OnboardingPlane.DefaultNamespace,
            OnboardingPlane.DefaultName,
            V1Patch.Merge(JsonNode.Parse("""{"spec": {"rollout": {"maxUnavailable": "50%"}}}""")!));

        // Of three addresses the first one is dead.
        byte[] dead = host.GetAddressBytes();
        dead[3] = 254;
        await plane.PublishIstiodAsync(new IPAddress(dead), host, host6);
        MachineAgent[] agents = await Task.WhenAll(Enumerable.Range(0, Members).Select(i => plane.StartMachineAsync($"vm{i}", FamiliesOf(i))));
        try
        {
            await Task.WhenAll(agents.Select(JoinAsync));
            for (int i = 0; i < Members; i++)
            {
                await HasItsFamilyAsync(plane, agents[i].Machine.Name, FamiliesOf(i));
            }

            // Other addresses come live.
            string[] processes = await Task.WhenAll(agents.Select(SidecarOfAsync));
            await plane.PublishIstiodAsync(host6, host);
            string hosts = $"{host6} istiod.istio-system.svc\n{host} istiod.istio-system.svc\n";
            await AllAsync(agents, async agent => await ReadAsync(agent, "hosts") == hosts, "the addresses of now");
            (await Task.WhenAll(agents.Select(SidecarOfAsync))).ShouldBe(processes);

            // A canary beside it takes no one until the tag names it, and then all of them, while the one of before is still there.
            IstiodProcess canary = await plane.StartCanaryAsync();
            await AddRevisionAsync(plane, MachinePlane.Canary);
            canary.Proxies.ShouldBeEmpty();
            await MakeDefaultAsync(plane, MachinePlane.Canary);
            await AllAsync(agents, async agent => await IsOnAsync(plane, agent, $"istiod-{MachinePlane.Canary}.istio-system.svc:15012"), "the other revision");
            (await Task.WhenAll(agents.Select(SidecarOfAsync))).Intersect(processes).ShouldBeEmpty();
            canary.Proxies.Count().ShouldBe(Members);

            // So the old one can go.
            plane.IsIstiodAway = true;
            await RestartAsync(plane, agents[0]);
        }
        finally
        {
            await Task.WhenAll(agents.Select(a => a.DisposeAsync().AsTask()));
        }
    }

    private static Families FamiliesOf(int member) => (member % 3) switch { 0 => Families.IPv6, 1 => Families.Both, _ => Families.IPv4 };

    private static async Task JoinAsync(MachineAgent agent)
    {
        await agent.ConfigureAsync(sidecar: Sidecar);
        agent.Start();
        await agent.WaitUntilReadyAsync();
    }

    private static async Task HasItsFamilyAsync(MachinePlane plane, string name, Families families)
    {
        WorkloadAutoRegistration registration = (await plane.RegistrationAsync(name))!;
        WorkloadEntry entry = await plane.Kubernetes.GetAsync<WorkloadEntry>(DemoMesh.Namespace, registration.Metadata.Name);
        AddressFamily family = IPAddress.Parse(entry.Spec.Address!).AddressFamily;
        families.HasFlag(family == AddressFamily.InterNetworkV6 ? Families.IPv6 : Families.IPv4).ShouldBeTrue($"{name}: {entry.Spec.Address}");
    }

    private static async Task RestartAsync(MachinePlane plane, MachineAgent agent)
    {
        string process = await SidecarOfAsync(agent);
        await agent.Machine.RunAsync($"kill -KILL {process.Split(' ')[1]}");
        await AllAsync([agent], async a => await SidecarOfAsync(a) is var now && now.Length > now.IndexOf(' ') + 1 && now != process
            && await IsOnAsync(plane, a, $"istiod-{MachinePlane.Canary}.istio-system.svc:15012"), "the other revision alone");
    }

    // As an operator of Istio does: a control plane beside the one of before, then the tag.
    private static async Task AddRevisionAsync(MachinePlane plane, string revision)
    {
        string ns = OnboardingPlane.DefaultNamespace;
        foreach (string name in (string[])["istio", "istio-sidecar-injector"])
        {
            V1ConfigMap map = await plane.Kubernetes.GetAsync<V1ConfigMap>(ns, name);
            await plane.Kubernetes.CreateAsync(new V1ConfigMap
            {
                Metadata = new() { Name = $"{name}-{revision}", Namespace = ns },
                Data = name == "istio" ? new Dictionary<string, string> { ["mesh"] = "trustDomain: cluster.local\ndefaultConfig: {}\n" } : map.Data,
            });
        }
    }

    private static async Task MakeDefaultAsync(MachinePlane plane, string revision) => await plane.Kubernetes.CreateAsync(new RevisionTag
    {
        Metadata = new()
        {
            Name = RevisionTag.NameOf(RevisionTag.Default, OnboardingPlane.DefaultNamespace),
            Labels = new Dictionary<string, string> { ["istio.io/rev"] = revision },
        },
    });

    private static async Task<bool> IsOnAsync(MachinePlane plane, MachineAgent agent, string istiod)
    {
        WorkloadAutoRegistration? member = await plane.RegistrationAsync(agent.Machine.Name);
        return member?.Status is { BootConfiguration: { Current: { } current, Desired: { } desired } } status
            && current == desired
            && status.Conditions.Any(c => c is { Type: WorkloadAutoRegistration.SidecarReady, Status: "True" })
            && (await ReadAsync(agent, "cluster.env")).Contains($"CA_ADDR='{istiod}'", StringComparison.Ordinal);
    }

    private static async Task AllAsync(MachineAgent[] agents, Func<MachineAgent, Task<bool>> condition, string what)
    {
        foreach (MachineAgent agent in agents)
        {
            await Eventually.Is(() => condition(agent), $"{agent.Machine.Name}: {what}\n{agent.Log}");
        }
    }

    private static Task<string> ReadAsync(MachineAgent agent, string file) => agent.Machine.RunAsync($"cat {Boot}/{file}");

    private static async Task<string> SidecarOfAsync(MachineAgent agent) =>
        $"{agent.Machine.Name} {(await agent.Machine.RunAsync("pgrep -x mesh-sidecar-pr")).Trim()}";
}
