using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>Fifty members of one group, a real endpoint, an embedded control plane: what restarts whom, and how many at once.</summary>
public sealed class FleetTests : IAsyncLifetime
{
    private const int Size = 50;
    private const int MaxUnavailable = 8;


    private readonly TemporaryDirectory _directory = new();
    private readonly Fleet _fleet = new();
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync(new JsonObject { ["rollout"] = new JsonObject { ["maxUnavailable"] = MaxUnavailable } });
        await _fleet.JoinAsync(_plane, Size, _directory.Path);
        await UntilAllAsync(m => m.Version is not null, "everybody starts");
        _fleet.Take().Restarts.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _plane.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Changes_reach_everybody_and_restart_as_few_at_once_as_they_may()
    {
        // The group's probe.
        await _plane.Client.PatchAsync<WorkloadGroup>(
            TestPlane.Namespace, TestPlane.Group, V1Patch.Merge(Json("""{"spec": {"probe": {"httpGet": {"path": "/healthz", "port": 9080}}}}""")));
        await RolledOutAsync(m => m.Text("mesh.yaml").Contains("/healthz", StringComparison.Ordinal), "the probe");
        (await _plane.Client.ListAsync<WorkloadEntry>(TestPlane.Namespace)).Items
            .ShouldAllBe(e => e.Metadata.Annotations["proxy.istio.io/health-checks-enabled"] == "true");

        // The root certificate.
        using var authority = new TestCertificates("new CA");
        await _plane.Client.CreateAsync(V1Secret.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "cacerts", ["namespace"] = "istio-system" },
            ["data"] = new JsonObject { ["root-cert.pem"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.AuthorityPem)) },
        }));
        await RolledOutAsync(m => m.Text("root-cert.pem").Contains(authority.AuthorityPem, StringComparison.Ordinal), "the root certificate");

        // The gateway, and tokens: no one restarts.
        await MoveGatewayAsync("127.0.0.2");
        await UntilAllAsync(m => m.Text("hosts").StartsWith("127.0.0.2 ", StringComparison.Ordinal), "the gateway moves");
        await Parallel.ForEachAsync(_fleet.Agents.Take(5), async (agent, _) => await agent.ReconnectAsync());
        await UntilAsync(() => _fleet.Agents.Sum(a => a.Tokens) == 5, "tokens are renewed");
        _fleet.Take().Restarts.ShouldBe(0);
        await SettledAsync();
    }

    [Fact]
    public async Task A_member_that_fails_pauses_the_rollout_and_is_named_and_hosts_still_reach_everybody()
    {
        FleetAgent broken = _fleet.Agents.OrderBy(a => a.Name, StringComparer.Ordinal).First();
        broken.IsBroken = true;
        await PauseAsync(true);
        await SetConcurrencyAsync(7);
        await UntilAllAsync(HasPending, "everybody keeps the new one");
        await UntilAsync(async () => (await PausedAsync()) is { Status: "True", Reason: "PausedByHand" }, "the rollout is paused by hand");
        _fleet.Take().Restarts.ShouldBe(0);
        await PauseAsync(false);
        await UntilAsync(async () => (await PausedAsync()) is { Status: "True", Reason: "MemberFailed" }, "the rollout pauses");

        V1Condition paused = (await PausedAsync())!;
        paused.Message.ShouldBeGolden();
        paused.Message!.ShouldContain($"kubectl -n bookinfo get war {broken.Name} -o yaml");
        await MoveGatewayAsync("127.0.0.3");
        await UntilAllAsync(m => m.Text("hosts").StartsWith("127.0.0.3 ", StringComparison.Ordinal), "hosts don't wait");
        await UntilAsync(
            async () => (await MembersAsync()).All(m => m.Status!.BootConfiguration is { } b && b.Current!.LiveHash == b.Desired!.LiveHash),
            "and every registration says so");
        int Restarted() => _fleet.Agents.Count(a => a.Text("mesh.yaml").Contains("concurrency: 7", StringComparison.Ordinal));
        await UntilAsync(() => _fleet.Agents.Count(HasPending) == Size - Restarted(), "those that were on their way end it");
        Restarted().ShouldBeLessThan(Size - MaxUnavailable, "nobody else begins");

        // Something newer: the one that is down gets it first, and the rest goes on.
        broken.IsBroken = false;
        await SetConcurrencyAsync(8);
        await RolledOutAsync(m => m.Text("mesh.yaml").Contains("concurrency: 8", StringComparison.Ordinal), "the remedy", restarts: null);
        await UntilAsync(async () => (await PausedAsync()) is { Status: "False" }, "the rollout isn't paused any more");

        // What was in force before never comes back.
        OnboardingException stale = Should.Throw<OnboardingException>(() =>
            broken.Store.Apply(BootConfigurations.Make(generation: 1, registrationUid: broken.Uid), broken.Uid));
        stale.ErrorId.ShouldBe(ErrorIds.BootConfigurationStale);
    }

    private static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;

    private async Task RolledOutAsync(Func<FleetAgent, bool> has, string what, int? restarts = Size)
    {
        await UntilAllAsync(has, what);
        await SettledAsync();
        (int count, int mostDown) = _fleet.Take();
        mostDown.ShouldBeInRange(1, MaxUnavailable, what);
        if (restarts is not null)
        {
            count.ShouldBe(restarts.Value, what);
        }
    }

    private static bool HasPending(FleetAgent agent) => BootConfigurationReader.ReadAll(agent.StateDirectory)[0].Pending is not null;

    private Task PauseAsync(bool isPaused) => _plane.PauseRolloutAsync(isPaused);

    private Task SettledAsync() => UntilAsync(
        async () => (await MembersAsync()).All(m =>
            m.Status!.BootConfiguration is { Desired: { } desired, Current: { } current } && desired == current
            && m.Status.Conditions.Any(c => c is { Type: "BootConfigurationApplied", Status: "True" })),
        "every registration shows the version it should have");

    private async Task<IReadOnlyList<WorkloadAutoRegistration>> MembersAsync() =>
        (await _plane.Client.ListAsync<WorkloadAutoRegistration>(TestPlane.Namespace)).Items;

    private Task UntilAllAsync(Func<FleetAgent, bool> has, string what) => UntilAsync(() => _fleet.Agents.All(has), what);

    private Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    private Task UntilAsync(Func<Task<bool>> condition, string what) => Eventually.Is(
        () =>
        {
            _fleet.LetStart();
            return condition();
        },
        what);

    private async Task<V1Condition?> PausedAsync() =>
        (await _plane.Client.GetAsync<OnboardingPlane>("istio-system", OnboardingPlane.DefaultName)).Status?.Conditions
            .FirstOrDefault(c => c.Type == "RolloutPaused");

    private Task<V1Service> MoveGatewayAsync(string address) => _plane.Client.PatchAsync<V1Service>(
        "istio-system",
        "istio-eastwestgateway",
        V1Patch.Merge(Json("""{"status": {"loadBalancer": {"ingress": [{"ip": "ADDRESS"}]}}}""".Replace("ADDRESS", address, StringComparison.Ordinal))),
        new PatchOptions { Subresource = "status" });

    private async Task SetConcurrencyAsync(int value)
    {
        V1ConfigMap mesh = await _plane.Client.GetAsync<V1ConfigMap>("istio-system", "istio");
        string text = string.Join('\n', mesh.Data["mesh"].Split('\n').Where(l => !l.Contains("concurrency:", StringComparison.Ordinal)))
            .Replace("defaultConfig:", $"defaultConfig:\n  concurrency: {value}", StringComparison.Ordinal);
        await _plane.Client.PatchAsync<V1ConfigMap>(
            "istio-system", "istio", V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["mesh"] = text } }));
    }
}
