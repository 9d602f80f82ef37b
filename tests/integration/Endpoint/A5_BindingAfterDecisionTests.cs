using System.Text.Json.Nodes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Plane.Cluster;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A5: no identity holds a name in the cluster for a month that policies or their limits keep out.</summary>
public sealed class A5_BindingAfterDecisionTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync(withPolicy: false);

    public async ValueTask DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task A5_an_authorization_binds_nothing_and_a_registration_does()
    {
        await PolicyAsync("");
        TestAgent agent = _plane.Agent();

        await agent.AuthorizeAsync();
        (await BindingsAsync()).ShouldBeEmpty();
        await agent.RegisterAsync();

        (await BindingsAsync()).ShouldHaveSingleItem().Spec!.Jkt.ShouldBe(agent.Key.Public.Thumbprint);
    }

    [Fact]
    public async Task A5_who_finds_no_place_when_it_registers_is_bound_to_nothing()
    {
        await PolicyAsync("\"maxMembers\": 1");
        await using TestReplica replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath);
        TestAgent[] agents = [.. Enumerable.Range(0, 8).Select(i => _plane.Agent($"host-{i}", through: i % 2 == 0 ? replica.Channel : null))];
        await AdmittedAsync(_plane.Agent("probe", through: replica.Channel));
        await Task.WhenAll(agents.Select(a => a.AuthorizeAsync()));

        string?[] refused = await Task.WhenAll(agents.Select(RefusalOfRegistrationAsync));

        refused.Count(r => r is null).ShouldBe(1, string.Join(", ", refused));
        refused.Where(r => r is not null).ShouldAllBe(r => r == Reasons.NotAuthorized);
        (await BindingsAsync()).ShouldHaveSingleItem().Spec!.Jkt.ShouldBe(agents[Array.IndexOf(refused, null)].Key.Public.Thumbprint);
    }

    [Fact]
    public async Task A5_an_address_that_no_rule_admits_binds_nothing()
    {
        await PolicyAsync("\"addressCidrs\": [\"10.1.0.0/16\"]");
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();

        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(agent.RegisterRequest("10.2.0.1")))).Reason.ShouldBe(Reasons.AddressRefused);

        (await BindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A5_of_two_keys_that_were_authorized_for_one_identity_one_registers()
    {
        await PolicyAsync("");
        await using TestReplica replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath);
        await AdmittedAsync(_plane.Agent("probe", through: replica.Channel));
        for (int round = 0; round < 5; round++)
        {
            TestAgent[] agents = [_plane.Agent($"host-{round}"), _plane.Agent($"host-{round}", through: replica.Channel)];
            await Task.WhenAll(agents.Select(a => a.AuthorizeAsync()));

            string?[] refused = await Task.WhenAll(agents.Select(RefusalOfRegistrationAsync));

            refused.ShouldBe([null, Reasons.KeyMismatch], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task A5_a_token_of_before_a_reset_does_not_bind_again()
    {
        await PolicyAsync("");
        TestAgent agent = _plane.Agent();
        await agent.AdmitAsync();
        await agent.AuthorizeAsync();
        await ResetAsync();

        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(), StatusCode.Unauthenticated)).Reason
            .ShouldBe(Reasons.TokenInvalid, "an agent then authorizes again, with its credential");
        (await BindingsAsync()).ShouldBeEmpty();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        (await BindingsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A5_a_member_whose_binding_was_reset_is_bound_again_once_it_proved_who_it_is()
    {
        await PolicyAsync("");
        TestAgent agent = _plane.Agent();
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        await ResetAsync();

        AuthorizeOnboardingResponse renewed = await agent.AuthorizeAsync();
        (await BindingsAsync()).ShouldBeEmpty();
        await session.SendAsync(new AgentMessage { Token = new OnboardingToken { Token = renewed.Token } });

        await Eventually.Is(async () => (await BindingsAsync()).Count == 1, "the binding is there again");
        (await BindingsAsync()).Single().Spec!.Jkt.ShouldBe(agent.Key.Public.Thumbprint);
    }

    private async Task ResetAsync()
    {
        WorkloadKeyBinding binding = (await BindingsAsync()).Single();
        await _plane.Client.DeleteAsync<WorkloadKeyBinding>("istio-system", binding.Metadata.Name);

        ClusterState known = _plane.Endpoint.Services.GetRequiredService<ClusterState>();
        await Eventually.Is(() => known.KeyBindings.Get("istio-system", binding.Metadata.Name) is null, "the plane knows that the binding is gone");
    }

    private async Task PolicyAsync(string bounds)
    {
        string rule = bounds.Length > 0 ? $", {bounds}" : "";
        await _plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse(
            $$"""
            {"apiVersion": "authorization.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingPolicy",
             "metadata": {"name": "bounded", "namespace": "bookinfo"},
             "spec": {"allow": [{"workloads": [{"jwt": {"issuer": "{{_plane.Issuer.Name}}"} }],
               "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "ratings"} } }]{{rule}}}] } }
            """)!));
        await AdmittedAsync(_plane.Agent("probe"));
    }

    private static Task AdmittedAsync(TestAgent agent) => Eventually.Is(async () => await agent.RefusalAsync() is null, "the policy is in force");

    private static async Task<string?> RefusalOfRegistrationAsync(TestAgent agent)
    {
        try
        {
            await agent.RegisterAsync();
            return null;
        }
        catch (RpcException e)
        {
            return TestAgent.ReasonOf(e).Reason;
        }
    }

    private async Task<IReadOnlyList<WorkloadKeyBinding>> BindingsAsync() =>
        (await _plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items;
}
