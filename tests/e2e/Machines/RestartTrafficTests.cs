using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>What a service's clients see of new sidecar packages, which restart the sidecar of each member in a rollout: nothing.</summary>
public sealed class RestartTrafficTests(ITestOutputHelper output)
{
    private const int Port = 9080;
    private const string Started = "SidecarStarted: ";
    private const string Refused = "PackageRefused: ";

    // Debian's perl is there wherever dpkg is.
    private const string Application =
        """
        my $s = IO::Socket::INET->new(LocalPort => 9080, Listen => 64, ReuseAddr => 1) or die;
        while (my $c = $s->accept) { my $l = <$c>; print $c "HTTP/1.0 200 OK\r\n\r\n"; close $c }
        """;

    [Fact]
    public async Task A_bad_package_stops_at_the_first_member_a_good_one_reaches_all_and_no_request_fails()
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

            // A package whose Envoy doesn't run, on both machines at the same moment.
            await Task.WhenAll(InstallAsync(one, "exit 1", "2027-01-01"), InstallAsync(two, "exit 1", "2027-01-01"));
            await Eventually.Is(async () => await PausedAsync(plane) is "MemberFailed", $"the rollout stops\n{one.Log}\n{two.Log}");
            await Eventually.Is(() => one.Count(Refused) + two.Count(Refused) == 1, $"the first one goes back\n{one.Log}\n{two.Log}");
            (MachineAgent canary, MachineAgent other) = one.Count(Refused) == 1 ? (one, two) : (two, one);
            await canary.WaitUntilReadyAsync();
            await Eventually.Is(() => IsInTrafficAsync(plane), $"it is in traffic\n{plane.Log}");
            other.Count(Started).ShouldBe(1, "no other member takes what the first one failed on");

            // The next one is good.
            (int before, string good) = (canary.Count(Started), await one.Machine.RunAsync("tail -n 1 /mnt/package/files/envoy"));
            await Task.WhenAll(InstallAsync(one, good, "2027-02-01"), InstallAsync(two, good, "2027-02-01"));
            await Eventually.Is(async () => await IsDoneAsync(plane, one) && await IsDoneAsync(plane, two), $"both have it\n{one.Log}\n{two.Log}");
            canary.Count(Started).ShouldBe(before + 1, canary.Log);
            other.Count(Started).ShouldBe(2, other.Log);
            (await canary.Machine.RunAsync("tr '\\0' '\\n' </proc/$(pgrep -f 'pilot-agent proxy' | head -n 1)/environ")).ShouldNotContain("onboarding-agent-sidecar");
            int sent = client.Sent;
            await Eventually.Is(() => client.Sent > sent + 50, "it sends on");

            (share, deaf) = (client.Share, control.Share);
            output.WriteLine($"With the entry taken out first, {share}; a client that sends to every entry all the same: {deaf}.");
            client.Failed.ShouldBe(0, $"{share}\n{plane.Log}");
            control.Failed.ShouldBeGreaterThan(0, "a sidecar that restarts doesn't answer: this is what the drain keeps from clients");
        }
    }

    private static async Task ServeAsync(MachineAgent agent)
    {
        agent.Machine.Start("perl", "-MIO::Socket::INET", "-e", Application).StandardInput.Close();
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();
    }

    // As a package manager does: a new file takes the place of the old one, which the running process keeps.
    private static async Task InstallAsync(MachineAgent agent, string envoy, string date) => await agent.Machine.RunAsync(
        $"cd /usr/local/bin && printf '#!/bin/sh\\n%s\\n' '{envoy.Trim()}' >new && chmod 0755 new && touch -d {date} new && mv new envoy");

    private static async Task<string?> PausedAsync(MachinePlane plane) =>
        (await plane.Kubernetes.GetAsync<OnboardingPlane>(OnboardingPlane.DefaultNamespace, OnboardingPlane.DefaultName)).Status?.Conditions
            .FirstOrDefault(c => c is { Type: "RolloutPaused", Status: "True" })?.Reason;

    private static async Task<bool> IsInTrafficAsync(MachinePlane plane) =>
        (await plane.Kubernetes.ListAsync<WorkloadEntry>(DemoMesh.Namespace)).Items
            .All(e => !e.Metadata.Annotations.ContainsKey(WellKnownAnnotations.HealthChecksEnabled));

    private static async Task<bool> IsDoneAsync(MachinePlane plane, MachineAgent agent) =>
        (await plane.RegistrationAsync(agent.Machine.Name))?.Status is { BootConfiguration: { Current: { Generation: > 1 } current, Desired: { } desired } } status
        && current == desired
        && status.Conditions.Any(c => c is { Type: WorkloadAutoRegistration.SidecarReady, Status: "True" })
        && await IsInTrafficAsync(plane);
}
