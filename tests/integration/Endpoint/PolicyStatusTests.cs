using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>What people see of a policy with kubectl, written by the leader.</summary>
public sealed class PolicyStatusTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public async ValueTask DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task A_policy_that_counts_is_accepted_and_says_how_many_members_each_rule_has()
    {
        TestAgent agent = _plane.Agent();
        await Eventually.Is(async () => await agent.RefusalAsync() is null, "admitted");
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        ClusterState cluster = _plane.Endpoint.Services.GetRequiredService<ClusterState>();
        await Eventually.Is(() => cluster.Registrations.Get("bookinfo", agent.Registration) is not null, "the plane sees its member");

        // Another generation is counted at once, not half a minute later.
        await _plane.Client.PatchAsync<OnboardingPolicy>("bookinfo", "joiners", V1Patch.Json((JsonArray)JsonNode.Parse("""
            [{"op": "add", "path": "/spec/allow/-", "value": {"workloads": [{"aws": {"accounts": ["111122223333"], "ec2": {}}}], "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "none"}}}]}}]
            """)!));

        // Where the leader heard of the edit before it heard of the member, the member is counted with the next round.
        OnboardingPolicyStatus status = await StatusAsync("joiners", s => s.ObservedGeneration == 2 && s.Members == 1);
        V1Condition accepted = status.Conditions.Single(c => c.Type == "Accepted");
        (accepted.Status, accepted.Reason, accepted.ObservedGeneration).ShouldBe(("True", "Valid", 2));
        accepted.Message.ShouldBeGolden();
        status.Warnings.ShouldBeGolden();
        status.Rules.ShouldBe([new RuleMembers(1, 1), new RuleMembers(2, 0)]);
        status.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task B17_A_policy_for_an_issuer_that_the_plane_does_not_trust_says_so()
    {
        await _plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "stranger", "namespace": "bookinfo"},
             "spec": {"allow": [{"workloads": [{"jwt": {"issuer": "https://stranger.example"}}, {"spiffe": {"trustDomains": ["td.example"]}}],
                                 "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "ratings"}}}]}]}}
            """)!));

        OnboardingPolicyStatus status = await StatusAsync("stranger", s => s.Warnings.Count == 4);

        status.Warnings[2].ShouldBeGolden();
        status.Warnings[3].ShouldBeGolden();
    }

    [Fact]
    public async Task A_policy_with_errors_says_every_one_of_them_and_is_accepted_once_they_are_gone()
    {
        await _plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "broken", "namespace": "bookinfo"},
             "spec": {"allow": [{"workloads": [{"jwt": {"issuer": "https://x", "subject": ["a"]}}, {"aws": {"accounts": ["111122223333"], "ec2": {"roles": ["web"]}}}], "onboardTo": [{"workloadGroupSelector": {}}]}]}}
            """)!));

        OnboardingPolicyStatus status = await StatusAsync("broken", s => s.ObservedGeneration == 1);
        V1Condition refused = status.Conditions.Single(c => c.Type == "Accepted");
        (refused.Status, refused.Reason).ShouldBe(("False", "Invalid"));
        refused.Message!.ShouldBeGolden();
        status.Problems.Select(p => p.Split(": ")[0]).ShouldBe(["spec.allow[0].workloads[0].jwt.subject", "spec.allow[0].workloads[1].aws.ec2.roles"]);

        await _plane.Client.PatchAsync<OnboardingPolicy>("bookinfo", "broken", V1Patch.Merge(JsonNode.Parse("""
            {"spec": {"allow": [{"workloads": [{"jwt": {"issuer": "https://x", "subjects": ["a"]}}], "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "ratings"}}}]}]}}
            """)!));
        OnboardingPolicyStatus repaired = await StatusAsync("broken", s => s.ObservedGeneration == 2);
        repaired.Conditions.Single().Status.ShouldBe("True");
        repaired.Problems.ShouldBeEmpty();
        repaired.Warnings.ShouldAllBe(w => w.Contains("is no issuer that the plane trusts"));
    }

    [Fact]
    public async Task A_status_that_is_right_is_not_written_again()
    {
        // Made before the plane knew its issuer, which was a warning until then.
        await StatusAsync("joiners", s => s.ObservedGeneration == 1 && s.Warnings.Count == 0);
        OnboardingPolicy before = await _plane.Client.GetAsync<OnboardingPolicy>("bookinfo", "joiners");
        await _plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "another", "namespace": "bookinfo"}, "spec": {"deny": [{"workloads": [{"aws": {}}]}]}}
            """)!));

        await StatusAsync("another", s => s.ObservedGeneration == 1);

        (await _plane.Client.GetAsync<OnboardingPolicy>("bookinfo", "joiners")).Metadata.ResourceVersion.ShouldBe(before.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Only_the_leader_writes_it()
    {
        using var directory = new TemporaryDirectory();
        await using CountingProxy proxy = await CountingProxy.StartAsync(_plane.KubeconfigPath, directory);
        TestReplica replica = await TestReplica.StartAsync(_plane, proxy.KubeconfigPath);
        try
        {
            for (int rounds = 0, generation = 2; rounds < 3; generation++)
            {
                generation.ShouldBeLessThan(20, "the lead never stays for as long as an edit takes");
                if (!await LeadsAsync())
                {
                    // On a machine that is still for long the lead goes over to the other one, which keeps it for as long as it runs.
                    await replica.DisposeAsync();
                    await Eventually.Is(LeadsAsync, "the lead comes back");
                    replica = await TestReplica.StartAsync(_plane, proxy.KubeconfigPath);
                }

                string before = await LeadAsync();
                proxy.Reset();
                await _plane.Client.PatchAsync<OnboardingPolicy>("bookinfo", "joiners", V1Patch.Merge(JsonNode.Parse($$$"""
                    {"spec": {"deny": [{"workloads": [{"jwt": {"subjects": ["nobody-{{{generation}}}"]}}]}]}}
                    """)!));
                await StatusAsync("joiners", s => s.ObservedGeneration == generation);
                string[] asked = [.. proxy.Requests];
                if (await LeadsAsync() && await LeadAsync() == before)
                {
                    asked.ShouldNotContain("PUT onboardingpolicies/status");
                    rounds++;
                }
            }
        }
        finally
        {
            await replica.DisposeAsync();
        }

        async Task<bool> LeadsAsync() => (await LeadAsync()).StartsWith("plane-a-", StringComparison.Ordinal);

        async Task<string> LeadAsync()
        {
            V1Lease? lease = await _plane.Client.TryGetAsync<V1Lease>("istio-system", "onboarding-plane-leader");
            return $"{lease?.HolderIdentity} {lease?.LeaseTransitions}";
        }
    }

    private async Task<OnboardingPolicyStatus> StatusAsync(string name, Func<OnboardingPolicyStatus, bool> condition)
    {
        OnboardingPolicyStatus? status = null;
        await Eventually.Is(
            async () => (status = (await _plane.Client.GetAsync<OnboardingPolicy>("bookinfo", name)).Status) is not null && condition(status),
            $"the status of {name}",
            TimeSpan.FromMinutes(2));
        return status!;
    }
}
