using System.Reflection;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>No method of the contract gives or renews anything without the decision as it is now.</summary>
public sealed class EntryPointTests
{
    /// <summary>Each method: what a member that lost its admission gets of it; null for those that give nothing.</summary>
    private static readonly Dictionary<string, Func<TestAgent, Task<string?>>?> Methods = new()
    {
        // What the plane is, for anyone.
        ["onboarding.v1alpha1.OnboardingDiscoveryService.GetPlane"] = null,
        ["onboarding.v1alpha1.OnboardingAuthorizationService.AuthorizeOnboarding"] = agent => ReasonAsync(() => agent.AuthorizeAsync()),
        ["onboarding.v1alpha1.WorkloadRegistrationService.RegisterWorkload"] = agent => ReasonAsync(() => agent.RegisterAsync()),

        // Takes the machine out, which it may always do.
        ["onboarding.v1alpha1.WorkloadRegistrationService.UnregisterWorkload"] = null,
        ["onboarding.v1alpha1.WorkloadSessionService.Connect"] = ConnectAsync,
    };

    [Fact]
    public void A6_Every_method_of_the_contract_is_among_those_that_are_tried() =>
        Files().SelectMany(f => f.Services).Where(s => s.FullName.StartsWith("onboarding.v1alpha1.", StringComparison.Ordinal))
            .SelectMany(s => s.Methods).Select(m => m.FullName).Distinct().Order().ShouldBe(Methods.Keys.Order());

    [Theory]
    [InlineData("policy deleted", Reasons.NotAuthorized)]
    [InlineData("deny added", Reasons.NotAuthorized)]
    [InlineData("group deleted", Reasons.NotAuthorized)]
    [InlineData("issuer removed", Reasons.CredentialIssuer)]
    [InlineData("excluded", Reasons.StayOut)]
    public async Task A6_A_member_that_lost_its_admission_gets_nothing_by_any_method(string how, string reason)
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        using (TestSession session = await agent.JoinAsync())
        {
            await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        }

        await TakeAwayAsync(plane, agent, how);
        TestAgent asks = plane.Agent(key: agent.Key);
        await Eventually.Is(async () => await asks.RefusalAsync() == reason, how);

        foreach ((string method, Func<TestAgent, Task<string?>>? call) in Methods.Where(m => m.Value is not null))
        {
            string? refused = await call!(agent);
            (refused == reason || (refused == Reasons.RegistrationNotFound && how is "excluded" or "group deleted"))
                .ShouldBeTrue($"{method} after '{how}' answered {refused ?? "OK"}");
        }
    }

    [Fact]
    public async Task A6_An_excluded_machine_does_not_come_back_by_the_token_it_still_has()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        await TakeAwayAsync(plane, agent, "excluded");
        await Eventually.Is(async () => await plane.Agent(key: agent.Key).RefusalAsync() == Reasons.StayOut, "the mark");
        await Eventually.Is(
            async () => await plane.Client.TryGetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, agent.Registration) is null, "it is taken out");
        agent.RegistrationUid = "";

        (await ReasonAsync(() => agent.RegisterAsync())).ShouldBe(Reasons.StayOut);

        (await plane.Client.ListAsync<WorkloadAutoRegistration>(TestPlane.Namespace)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A6_While_a_policy_is_invalid_members_stay_as_they_are_flagged_and_newcomers_are_refused()
    {
        await using TestPlane plane = await TestPlane.StartAsync(new JsonObject { ["revocation"] = new JsonObject { ["mode"] = "Evict" } });
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        await Eventually.Is(
            async () => await plane.Client.TryGetAsync<WorkloadEntry>(TestPlane.Namespace, agent.Registration) is not null, "the entry");

        // The one policy that admits it becomes unreadable: nothing says any more who may be here.
        await plane.Client.PatchAsync<OnboardingPolicy>(
            TestPlane.Namespace, "joiners", V1Patch.Merge((JsonObject)JsonNode.Parse("""
                {"spec": {"allow": [{"workloads": [{"jwt": {"issuer": "https://x.example", "subject": ["typo"]}}],
                                     "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "ratings"}}}]}]}}
                """)!));
        await Eventually.Is(async () => await plane.Agent("host-2").RefusalAsync() == Reasons.NotAuthorized, "newcomers are refused");

        await Eventually.Is(
            async () => (await plane.Client.GetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, agent.Registration))
                .Status?.Conditions.Any(c => c is { Type: "Authorized", Status: "False", Reason: "PolicyInvalid" }) == true,
            "the member is flagged");
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        using TestSession session = await agent.ConnectAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);

        // As it is, and nothing else: with another address it asks for something that was never decided.
        (await ReasonAsync(() => agent.RegisterAsync(agent.RegisterRequest("10.9.9.9")))).ShouldBe(Reasons.NotAuthorized);
    }

    [Fact]
    public async Task A6_A_member_that_valid_policies_refused_stays_refused_while_one_is_invalid()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        await TakeAwayAsync(plane, agent, "deny added");
        await Eventually.Is(async () => await plane.Agent(key: agent.Key).RefusalAsync() == Reasons.NotAuthorized, "denied");
        await plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "typo", "namespace": "bookinfo"}, "spec": {"deny": [{"workloads": [{"jwt": {"subject": ["host-9"]}}]}]}}
            """)!));
        await Eventually.Is(async () => await plane.Agent("host-2").RefusalAsync() == Reasons.NotAuthorized, "the namespace is closed");

        (await ReasonAsync(() => agent.AuthorizeAsync())).ShouldBe(Reasons.NotAuthorized);
        (await ConnectAsync(agent)).ShouldBe(Reasons.NotAuthorized);
    }

    internal static async Task TakeAwayAsync(TestPlane plane, TestAgent agent, string how)
    {
        switch (how)
        {
            case "policy deleted":
                await plane.Client.DeleteAsync<OnboardingPolicy>(TestPlane.Namespace, "joiners");
                break;
            case "deny added":
                await plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse($$$"""
                    {"metadata": {"name": "out", "namespace": "bookinfo"},
                     "spec": {"deny": [{"workloads": [{"jwt": {"issuer": "{{{plane.Issuer.Name}}}", "subjects": ["host-1"]}}]}]}}
                    """)!));
                break;
            case "group deleted":
                await plane.Client.DeleteAsync<WorkloadGroup>(TestPlane.Namespace, TestPlane.Group);
                break;
            case "issuer removed":
                await plane.ConfigureAsync(new JsonObject
                {
                    ["workloads"] = new JsonObject
                    {
                        ["authentication"] = new JsonObject
                        {
                            ["jwt"] = new JsonObject
                            {
                                ["issuers"] = new JsonArray(new JsonObject
                                {
                                    ["issuer"] = "https://other.example",
                                    ["shortName"] = "other",
                                    ["jwks"] = plane.Issuer.Jwks,
                                }),
                            },
                        },
                    },
                });
                break;
            case "excluded":
                await plane.Client.PatchAsync<WorkloadAutoRegistration>(
                    TestPlane.Namespace,
                    agent.Registration,
                    V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [WellKnownAnnotations.StayOut] = "test" } } }));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, null);
        }
    }

    private static async Task<string?> ConnectAsync(TestAgent agent)
    {
        using TestSession session = await agent.ConnectAsync(epoch: 1);
        try
        {
            PlaneMessage given = await session.NextAsync();
            return $"a {given.MessageCase}";
        }
        catch (RpcException e)
        {
            return TestAgent.ReasonOf(e).Reason;
        }
    }

    private static async Task<string?> ReasonAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (RpcException e)
        {
            return TestAgent.ReasonOf(e).Reason;
        }
    }

    private static IEnumerable<FileDescriptor> Files() => typeof(PlaneMessage).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(PlaneMessage).Namespace)
        .Select(t => t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<FileDescriptor>();
}
