using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>What a service's clients see of a rollout that restarts the sidecar of each member: nothing.</summary>
public sealed class RestartTrafficTests(ITestOutputHelper output)
{
    private const int Port = 9080;

    // Debian's perl is there wherever dpkg is.
    private const string Application =
        """
        my $s = IO::Socket::INET->new(LocalPort => 9080, Listen => 64, ReuseAddr => 1) or die;
        while (my $c = $s->accept) { my $l = <$c>; print $c "HTTP/1.0 200 OK\r\n\r\n"; close $c }
        """;

    [Fact]
    public async Task No_request_fails_while_every_sidecar_of_a_service_restarts()
    {
        Capability.NetworkNamespaces.Require();
        await using MachinePlane plane = await MachinePlane.StartAsync();
        await using MachineAgent one = await plane.StartMachineAsync("vm1");
        await using MachineAgent two = await plane.StartMachineAsync("vm2");
        await Task.WhenAll(ServeAsync(one), ServeAsync(two));
        string share, deaf;
        await using (SteadyClient client = SteadyClient.Start(plane.Kubernetes, DemoMesh.Namespace, Port, heedsHealth: true))
        await using (SteadyClient control = SteadyClient.Start(plane.Kubernetes, DemoMesh.Namespace, Port, heedsHealth: false))
        {
            await Eventually.Is(() => client.Sent > 50 && control.Sent > 50, "both send");
            (client.Failed, control.Failed).ShouldBe((0, 0), $"{await one.DescribeAsync()}");

            await RestartAllAsync(plane);
            await Eventually.Is(async () => await IsDoneAsync(plane, one) && await IsDoneAsync(plane, two), $"both have it\n{one.Log}\n{two.Log}");
            int sent = client.Sent;
            await Eventually.Is(() => client.Sent > sent + 50, "it sends on");

            (share, deaf) = (client.Share, control.Share);
            output.WriteLine($"With the entry taken out first, {share}; a client that sends to every entry all the same: {deaf}.");
            client.Failed.ShouldBe(0, $"{share}\n{plane.Log}");
            control.Failed.ShouldBeGreaterThan(0, "a sidecar that restarts doesn't answer: this is what the drain keeps from clients");
        }

        one.Count("SidecarStarted: ").ShouldBe(2, one.Log);
        two.Count("SidecarStarted: ").ShouldBe(2, two.Log);
        (await plane.Kubernetes.ListAsync<WorkloadEntry>(DemoMesh.Namespace)).Items
            .ShouldAllBe(e => !e.Metadata.Annotations.ContainsKey(WellKnownAnnotations.HealthChecksEnabled));
    }

    private static async Task ServeAsync(MachineAgent agent)
    {
        agent.Machine.Start("perl", "-MIO::Socket::INET", "-e", Application).StandardInput.Close();
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();
    }

    private static Task RestartAllAsync(MachinePlane plane) => plane.Kubernetes.PatchAsync<WorkloadGroup>(
        DemoMesh.Namespace,
        DemoMesh.Group,
        V1Patch.Merge(JsonNode.Parse("""{"metadata": {"annotations": {"proxy.istio.io/config": "concurrency: 3"}}}""")!));

    private static async Task<bool> IsDoneAsync(MachinePlane plane, MachineAgent agent) =>
        (await plane.RegistrationAsync(agent.Machine.Name))?.Status is { BootConfiguration: { Current: { Generation: > 1 } current, Desired: { } desired } } status
        && current == desired
        && status.Conditions.Any(c => c is { Type: WorkloadAutoRegistration.SidecarReady, Status: "True" })
        && (await plane.Kubernetes.ListAsync<WorkloadEntry>(DemoMesh.Namespace)).Items
            .All(e => !e.Metadata.Annotations.ContainsKey(WellKnownAnnotations.HealthChecksEnabled));
}
