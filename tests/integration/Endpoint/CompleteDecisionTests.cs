using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Both decisions through the running endpoint: identity and group first, everything when a workload registers.</summary>
public sealed class CompleteDecisionTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync(withPolicy: false);

    public async ValueTask DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task An_address_outside_the_rules_networks_is_refused_when_it_is_registered_and_nothing_is_created()
    {
        await PolicyAsync("\"addressCidrs\": [\"10.1.0.0/16\"]");
        TestAgent agent = _plane.Agent();
        await AdmittedAsync(agent);

        RpcException e = await Should.ThrowAsync<RpcException>(() => agent.RegisterAsync(agent.RegisterRequest("10.2.0.1")));

        TestAgent.ReasonOf(e, StatusCode.PermissionDenied).Reason.ShouldBe(Reasons.AddressRefused);
        e.Status.Detail.ShouldBeGolden();
        (await _plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items.ShouldBeEmpty();
        (await _plane.Client.ListAsync<WorkloadEntry>("bookinfo")).Items.ShouldBeEmpty();
        (await agent.RegisterAsync()).Address.ShouldBe("10.1.2.3");
    }

    [Fact]
    public async Task A_label_the_rule_lists_stands_even_over_the_groups_and_another_is_refused()
    {
        await PolicyAsync("\"labels\": [{\"key\": \"version\", \"values\": [\"v2\"]}, {\"key\": \"topology.istio.io/network\"}]");
        TestAgent agent = _plane.Agent();
        await AdmittedAsync(agent);
        RegisterWorkloadRequest request = agent.RegisterRequest();
        request.Registration.Workload = new WorkloadInfo { Labels = { ["version"] = "v3" } };
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(request))).Reason.ShouldBe(Reasons.LabelRefused);

        request.Registration.Workload = new WorkloadInfo { Labels = { ["version"] = "v2", ["topology.istio.io/network"] = "net-2" } };
        await agent.RegisterAsync(request);

        WorkloadEntry entry = await _plane.Client.GetAsync<WorkloadEntry>("bookinfo", agent.Registration);
        entry.Spec.Labels["version"].ShouldBe("v2", "the group says v1, the rule lets the workload say v2");
        entry.Spec.Labels["topology.istio.io/network"].ShouldBe("net-2");
        entry.Spec.Labels["app"].ShouldBe("ratings");
    }

    [Fact]
    public async Task A_rule_with_one_place_admits_one_keeps_it_and_admits_the_next_when_it_has_left()
    {
        await PolicyAsync("\"maxMembers\": 1");
        TestAgent first = _plane.Agent();
        await AdmittedAsync(first);
        await first.RegisterAsync();
        TestAgent second = _plane.Agent("host-2");

        await Eventually.Is(async () => await second.RefusalAsync() == Reasons.NotAuthorized, "the place is taken");
        await first.AuthorizeAsync();
        await first.RegisterAsync();
        await first.UnregisterAsync();
        await AdmittedAsync(second);
    }

    [Fact]
    public async Task Of_twelve_that_register_at_one_moment_at_two_replicas_three_get_the_three_places_and_the_others_leave_nothing()
    {
        await PolicyAsync("\"maxMembers\": 3");
        await using TestReplica replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath);
        TestAgent[] agents = [.. Enumerable.Range(1, 12).Select(i => _plane.Agent($"host-{i}", through: i % 2 == 0 ? replica.Channel : null))];
        await Task.WhenAll(agents.Select(AdmittedAsync));

        // Each has been told that it may: no one was there then.
        bool[] registered = await Task.WhenAll(agents.Select(async (agent, i) =>
        {
            try
            {
                await agent.RegisterAsync(agent.RegisterRequest($"10.1.2.{i + 1}"));
                return true;
            }
            catch (RpcException e)
            {
                TestAgent.ReasonOf(e, StatusCode.PermissionDenied).Reason.ShouldBe(Reasons.NotAuthorized);
                return false;
            }
        }));

        registered.Count(r => r).ShouldBe(3);
        string[] stored = [.. (await _plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items.Select(m => m.Metadata.Name).Order()];
        stored.ShouldBe(agents.Where((_, i) => registered[i]).Select(a => a.Registration).Order());
        (await _plane.Client.ListAsync<WorkloadEntry>("bookinfo")).Items.Select(m => m.Metadata.Name).Order().ShouldBe(stored);
    }

    [Fact]
    public async Task A_newcomer_whose_place_is_confirmed_costs_no_list()
    {
        await PolicyAsync("\"maxMembers\": 3");
        using var directory = new TemporaryDirectory();
        await using CountingProxy proxy = await CountingProxy.StartAsync(_plane.KubeconfigPath, directory);
        await using TestReplica replica = await TestReplica.StartAsync(_plane, proxy.KubeconfigPath);
        TestAgent agent = _plane.Agent("host-1", through: replica.Channel);
        await AdmittedAsync(agent);
        proxy.Reset();

        await agent.RegisterAsync();

        proxy.Requests.ShouldContain("POST workloadautoregistrations");
        proxy.Requests.ShouldNotContain("GET workloadautoregistrations");
    }

    [Fact]
    public async Task A_deny_rule_keeps_out_whom_another_policy_allows_until_it_is_taken_away()
    {
        await PolicyAsync("");
        TestAgent agent = _plane.Agent();
        await AdmittedAsync(agent);

        await _plane.Client.CreateAsync(Policy("keep-out", $$"""{"deny": [{"workloads": [{"jwt": {"subjects": ["host-1"]} }]}]}"""));

        await Eventually.Is(async () => await agent.RefusalAsync() == Reasons.NotAuthorized, "the deny rule counts");
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(), StatusCode.PermissionDenied)).Reason.ShouldBe(Reasons.NotAuthorized);
        (await _plane.Agent("host-2").RefusalAsync()).ShouldBeNull();
        await _plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "keep-out");
        await AdmittedAsync(agent);
    }

    [Fact]
    public async Task A_misspelt_deny_rule_closes_its_namespace_and_says_so()
    {
        await PolicyAsync("");
        TestAgent agent = _plane.Agent();
        await AdmittedAsync(agent);

        await _plane.Client.CreateAsync(Policy("keep-out", """{"deny": [{"workloads": [{"jwt": {"subject": ["host-9"]} }]}]}"""));

        await Eventually.Is(async () => await agent.RefusalAsync() == Reasons.NotAuthorized, "the namespace is closed");
        await Eventually.Is(
            async () => (await _plane.Client.GetAsync<OnboardingPolicy>("bookinfo", "keep-out")).Status is { } status
                && status.Conditions.Any(c => c is { Type: "Accepted", Status: "False" } && c.Message!.StartsWith("As it has deny rules, its namespace admits no workload", StringComparison.Ordinal))
                && status.Problems.Single() == "spec.deny[0].workloads[0].jwt.subject: is not a known field; did you mean subjects?",
            "the status says what is wrong");
    }

    [Fact]
    public async Task An_edit_counts_at_every_replica_for_every_decision_that_begins_two_seconds_later()
    {
        await PolicyAsync("");
        await using TestReplica replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath);
        GrpcChannel?[] replicas = [null, replica.Channel];
        await Task.WhenAll(replicas.Select(r => UntilAsync(r, isRefused: false)));
        var took = new List<TimeSpan>();
        for (int edit = 0; edit < 3; edit++)
        {
            await _plane.Client.CreateAsync(Policy("keep-out", """{"deny": [{"workloads": [{"jwt": {} }]}]}"""));
            took.AddRange(await Task.WhenAll(replicas.Select(r => UntilAsync(r, isRefused: true))));
            await _plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "keep-out");
            took.AddRange(await Task.WhenAll(replicas.Select(r => UntilAsync(r, isRefused: false))));
        }

        // Twelve times, six at each replica. Some may fall into pauses of a machine that does much else; a plane that breaks the promise does so each time.
        took.Order().ElementAt(took.Count / 2).ShouldBeLessThan(TimeSpan.FromSeconds(2), string.Join(", ", took));
    }

    /// <summary>How long after the edit was stored the last decision began that didn't know of it.</summary>
    private async Task<TimeSpan> UntilAsync(GrpcChannel? replica, bool isRefused)
    {
        // Another client each time: one workload that asks this often is told to wait.
        TestAgent agent = _plane.Agent($"host-{Guid.NewGuid():N}", through: replica);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        TimeSpan last = TimeSpan.Zero;
        await Eventually.Is(
            async () =>
            {
                TimeSpan begun = watch.Elapsed;
                bool counts = await agent.RefusalAsync() == (isRefused ? Reasons.NotAuthorized : null);
                last = counts ? last : begun;
                return counts;
            },
            "the edit counts");
        return last;
    }

    private static OnboardingPolicy Policy(string name, string spec) => OnboardingPolicy.FromJson(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "bookinfo" },
        ["spec"] = JsonNode.Parse(spec),
    });

    private static async Task AdmittedAsync(TestAgent agent)
    {
        await Eventually.Is(async () => await agent.RefusalAsync() is null, "the workload is admitted");
        await agent.AuthorizeAsync();
    }

    private Task<OnboardingPolicy> PolicyAsync(string constraints) => _plane.Client.CreateAsync(Policy("joiners", $$"""
        {"allow": [{"workloads": [{"jwt": {"issuer": "{{_plane.Issuer.Name}}"} }],
          "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "ratings"} } }]{{(constraints.Length == 0 ? "" : $", {constraints}")}} }] }
        """));
}
