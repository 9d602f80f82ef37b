using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>What a service's clients see of a new sidecar package, which restarts the sidecar of each member in a rollout: nothing.</summary>
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
    public async Task No_request_fails_while_a_new_package_restarts_every_sidecar_of_a_service()
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

            await Task.WhenAll(UpgradeAsync(one), UpgradeAsync(two));
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

    // As a package manager does: a new file takes the place of the old one, which the running process keeps.
    private static Task UpgradeAsync(MachineAgent agent) => agent.Machine.RunAsync(
        "cd /usr/local/bin && cp istio-start.sh new && echo '# the next release' >>new && touch -d '2027-01-01' new && mv new istio-start.sh");

    private static async Task<bool> IsDoneAsync(MachinePlane plane, MachineAgent agent) =>
        (await plane.RegistrationAsync(agent.Machine.Name))?.Status is { BootConfiguration: { Current: { Generation: > 1 } current, Desired: { } desired } } status
        && current == desired
        && status.Conditions.Any(c => c is { Type: WorkloadAutoRegistration.SidecarReady, Status: "True" })
        && (await plane.Kubernetes.ListAsync<WorkloadEntry>(DemoMesh.Namespace)).Items
            .All(e => !e.Metadata.Annotations.ContainsKey(WellKnownAnnotations.HealthChecksEnabled));
}
