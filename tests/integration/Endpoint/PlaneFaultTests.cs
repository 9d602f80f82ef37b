using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>The whole endpoint, with something broken that no one thought of.</summary>
public sealed class PlaneFaultTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_credential_plugin_that_fails_for_a_while_does_not_cost_the_instance_its_lease()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        plane.Log.Expect("starts again in 5 s");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestReplica replica = await TestReplica.StartAsync(plane, Kubeconfig(plane.KubeconfigPath), time);

        await Eventually.Is(async () => await LeaseAsync(plane) is not null, "the Lease");
        await File.WriteAllTextAsync(_directory["broken"], "");
        await AdvanceUntilAsync(
            time, () => Task.FromResult(plane.Log.Entries.Any(e => e.EventId.Id == 4042 && e.Message.Contains("Lease", StringComparison.Ordinal))), "the loop to fail");
        File.Delete(_directory["broken"]);
        string? version = (await LeaseAsync(plane))?.Metadata.ResourceVersion;

        await AdvanceUntilAsync(time, async () => (await LeaseAsync(plane))?.Metadata.ResourceVersion is { } renewed && renewed != version, "the Lease to be renewed");
    }

    [Fact]
    public async Task A_fault_while_it_stops_does_not_keep_the_rest_from_stopping()
    {
        var time = new BrokenTime();
        await using TestPlane plane = await TestPlane.StartAsync();
        plane.Log.Expect("A fault while the endpoint stopped");
        plane.Log.Expect("the clock is broken");
        await using TestReplica replica = await TestReplica.StartAsync(plane, plane.KubeconfigPath, time);
        await plane.Agent(through: replica.Channel).AuthorizeAsync();
        time.IsBroken = true;

        await replica.StopAsync();

        (await File.ReadAllTextAsync(replica.AuditLog)).ShouldContain("\"action\":\"authorize\"");
        using FileStream free = File.Open(replica.AuditLog, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        plane.Log.Entries.ShouldContain(e => e.EventId.Id == 4044);
        time.IsBroken = false;
    }

    /// <summary>Moves the clock second by second, and lets what that woke up get somewhere.</summary>
    private static Task AdvanceUntilAsync(FakeTimeProvider time, Func<Task<bool>> condition, string what) => Eventually.Is(
        () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        what);

    private static Task<V1Lease?> LeaseAsync(TestPlane plane) => plane.Client.TryGetAsync<V1Lease>("istio-system", InstanceLeases.NameOf("plane-b"));

    /// <summary>A kubeconfig whose credentials come of a program that is asked before every request, and fails while a file is there.</summary>
    private string Kubeconfig(string of)
    {
        KubernetesClientConfiguration api = KubernetesClientConfiguration.BuildConfigFromConfigFile(of);
        string authority = _directory["ca.pem"];
        File.WriteAllText(authority, string.Concat(api.CertificateAuthorities!.Select(c => c.ExportCertificatePem() + "\n")));
        string plugin = _directory["plugin"];
        File.WriteAllText(plugin, $$$"""
            #!/bin/sh
            [ -e '{{{_directory["broken"]}}}' ] && exit 1
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"{{{api.AccessToken}}}","expirationTimestamp":"2020-01-01T00:00:00Z"}}'
            """);
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string kubeconfig = _directory["exec.kubeconfig"];
        File.WriteAllText(kubeconfig, $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "{{{api.Host}}}", certificate-authority: "{{{authority}}}"}}]
            users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: "{{{plugin}}}", interactiveMode: Never} } }]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """);
        return kubeconfig;
    }

    private sealed class BrokenTime : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            IsBroken ? throw new InvalidOperationException("the clock is broken") : base.CreateTimer(callback, state, dueTime, period);
    }
}
