using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>The flow through the real endpoint and a real (embedded) control plane.</summary>
public sealed class JoinTests
{
    private const string RegistrationName = "ratings-jwt-corp--host-1";

    [Fact]
    public async Task B12_A_group_without_an_account_has_the_one_that_is_called_default_everywhere()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        await plane.Client.CreateAsync(WorkloadGroup.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "plain", "namespace": "bookinfo", "labels": {"app": "ratings"}}, "spec": {"metadata": {"labels": {"app": "ratings"}}, "template": {}}}
            """)!));
        TestAgent agent = plane.Agent("host-b12");
        await Eventually.Is(async () => await agent.RefusalAsync("plain") is null, "the plane knows the group");
        await agent.AuthorizeAsync("plain");
        (await agent.RegisterAsync()).SpiffeId.ShouldEndWith("/sa/default");
        using TestSession session = await agent.ConnectAsync();

        Onboarding.Api.Rpc.BootConfiguration boot = (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;

        boot.ClusterEnv.ShouldContain("SERVICE_ACCOUNT='default'");
        boot.MeshYaml.ShouldContain("SERVICE_ACCOUNT: default");
        TokenSubject(boot.IstioToken.Token).ShouldBe("system:serviceaccount:bookinfo:default");
    }

    [Theory]
    [InlineData("{}", "default")]
    [InlineData("""{"serviceAccount": ""}""", "default")]
    [InlineData("""{"serviceAccount": "bookinfo-ratings"}""", "bookinfo-ratings")]
    public async Task B12_The_entry_says_whose_certificate_to_expect(string template, string account)
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        await plane.Client.CreateAsync(WorkloadGroup.FromJson((JsonObject)JsonNode.Parse($$$"""
            {"metadata": {"name": "plain", "namespace": "bookinfo", "labels": {"app": "ratings"}}, "spec": {"metadata": {"labels": {"app": "ratings"}}, "template": {{{template}}}}}
            """)!));
        TestAgent agent = plane.Agent("host-b12");
        await Eventually.Is(async () => await agent.RefusalAsync("plain") is null, "the plane knows the group");
        await agent.AuthorizeAsync("plain");
        RegisterWorkloadResponse registered = await agent.RegisterAsync();

        registered.SpiffeId.ShouldEndWith($"/sa/{account}");
        (await plane.Client.GetAsync<WorkloadEntry>("bookinfo", agent.Registration)).Spec.ServiceAccount.ShouldBe(account);
    }

    private static string TokenSubject(string token)
    {
        string payload = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        return JsonNode.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')))!["sub"]!.GetValue<string>();
    }

    [Fact]
    public async Task A_workload_joins_and_gets_all_its_sidecar_needs()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();

        AuthorizeOnboardingResponse authorized = await agent.AuthorizeAsync();
        authorized.Registration.ShouldBe(RegistrationName);
        authorized.Policy.ShouldBe("joiners");
        authorized.Rule.ShouldBe(1);
        RegisterWorkloadResponse registered = await agent.RegisterAsync();
        registered.Address.ShouldBe("10.1.2.3");
        registered.SpiffeId.ShouldBe("spiffe://cluster.local/ns/bookinfo/sa/default");

        using TestSession session = await agent.ConnectAsync();
        SessionEstablished established = (await session.NextAsync()).Established;
        established.Epoch.ShouldBe(1);
        established.Instance.ShouldBe("plane-a");
        Onboarding.Api.Rpc.BootConfiguration boot = (await session.NextAsync()).BootConfiguration;
        boot.Version.Generation.ShouldBe(1);
        boot.RegistrationUid.ShouldBe(agent.RegistrationUid);
        boot.ClusterEnv.ShouldContain("ISTIO_SERVICE='ratings.bookinfo'");
        boot.MeshYaml.ShouldContain("discoveryAddress");
        boot.RootCertPem.ShouldContain("BEGIN CERTIFICATE");
        boot.Hosts.ShouldBe("127.0.0.1 istiod.istio-system.svc\n");
        boot.IstioToken.Token.Split('.').Length.ShouldBe(3);
        boot.SpiffeId.ShouldBe(registered.SpiffeId);

        await session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        (await session.NextAsync()).MessageCase.ShouldBe(PlaneMessage.MessageOneofCase.Heartbeat);
    }

    [Fact]
    public async Task A_groups_annotations_never_take_the_place_of_istiods()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        await plane.Client.PatchAsync<WorkloadGroup>(
            "bookinfo",
            "ratings",
            V1Patch.Merge(JsonNode.Parse("""
                {"spec": {"metadata": {"annotations": {
                  "istio.io/connectedAt": "2999-01-01T00:00:00Z", "istio.io/disconnectedAt": "2000-01-01T00:00:00Z",
                  "istio.io/workloadController": "nobody", "istio.io/autoRegistrationGroup": "ratings", "example.com/team": "blue"}}}}
                """)!));
        using TestSession session = await plane.Agent().JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);

        (await plane.Client.GetAsync<WorkloadEntry>("bookinfo", RegistrationName)).Metadata.Annotations.Keys
            .ShouldBe(["example.com/team", "onboarding.tetrate.io/workload-group"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_group_owns_the_registration_and_that_owns_the_entry()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);

        WorkloadGroup group = await plane.Client.GetAsync<WorkloadGroup>("bookinfo", "ratings");
        WorkloadAutoRegistration war = await plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", RegistrationName);
        WorkloadEntry entry = await plane.Client.GetAsync<WorkloadEntry>("bookinfo", RegistrationName);
        V1OwnerReference owner = war.Metadata.OwnerReferences.ShouldHaveSingleItem();
        owner.Uid.ShouldBe(group.Metadata.Uid);
        owner.Controller.ShouldBe(true);
        owner.BlockOwnerDeletion.ShouldBe(true);
        war.Spec!.Identity.Jwt!.Subject.ShouldBe("host-1");
        war.Status!.ActiveAgentConnection!.ConnectedTo.ShouldBe("plane-a");
        war.Status.Session!.Epoch.ShouldBe(1);
        V1Condition condition = war.Status.Conditions.Single(c => c.Type == "AgentConnected");
        condition.Status.ShouldBe("True");
        condition.Reason.ShouldBe("AgentEstablishedConnection");
        entry.Metadata.OwnerReferences.ShouldHaveSingleItem().Uid.ShouldBe(war.Metadata.Uid);
        entry.Spec.Address.ShouldBe("10.1.2.3");
        entry.Spec.Labels.ShouldBe(new Dictionary<string, string> { ["app"] = "ratings", ["version"] = "v1" }, ignoreOrder: true);
        entry.Spec.Ports["http"].ShouldBe(9080);

        await plane.Client.DeleteAsync<WorkloadGroup>("bookinfo", "ratings");
        await Eventually.Is(
            async () => await plane.Client.TryGetAsync<WorkloadEntry>("bookinfo", RegistrationName) is null, "the entry goes with its group");
        (await session.NextAsync(PlaneMessage.MessageOneofCase.RegistrationGone)).RegistrationGone.Reason.ShouldBe(Reasons.RegistrationDeleted);
    }

    [Fact]
    public async Task Deleting_the_registration_ends_the_session_with_the_news()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);

        await plane.Client.DeleteAsync<WorkloadAutoRegistration>("bookinfo", RegistrationName);

        RegistrationGone gone = (await session.NextAsync(PlaneMessage.MessageOneofCase.RegistrationGone)).RegistrationGone;
        gone.Rejoin.ShouldBeTrue();
        (await session.EndAsync()).ShouldBeNull();
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(), StatusCode.FailedPrecondition)).Reason.ShouldBe(Reasons.RegistrationDeleted);
        string old = agent.RegistrationUid;
        agent.RegistrationUid = "";
        (await agent.RegisterAsync()).RegistrationUid.ShouldNotBe(old);
    }

    [Fact]
    public async Task Unregistering_takes_the_entry_out_before_it_answers()
    {
        await using TestPlane plane = await TestPlane.StartAsync(propagationDelay: "10s");
        TestAgent agent = plane.Agent();
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);

        UnregisterWorkloadResponse answer = await agent.UnregisterAsync();

        (await plane.Client.TryGetAsync<WorkloadEntry>("bookinfo", RegistrationName)).ShouldBeNull();
        (await plane.Client.TryGetAsync<WorkloadAutoRegistration>("bookinfo", RegistrationName)).ShouldBeNull();
        answer.PropagationDelay.Seconds.ShouldBe(10);
        (await agent.UnregisterAsync()).PropagationDelay.Seconds.ShouldBe(10, "it is idempotent");
    }

    [Fact]
    public async Task A_restart_keeps_the_registration()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        using TestSession session = await agent.JoinAsync();
        Onboarding.Api.Rpc.BootConfiguration boot = (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
        await session.SendAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = 1 } });
        string uid = agent.RegistrationUid;

        await plane.RestartAsync();
        using TestSession again = await agent.ConnectAsync(epoch: 1, proof =>
        {
            proof.BootConfiguration = boot.Version;
            proof.IstioTokenExpiresAt = boot.IstioToken.ExpiresAt;
        });

        (await again.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established.Epoch.ShouldBe(2);
        WorkloadAutoRegistration war = await plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", RegistrationName);
        war.Metadata.Uid.ShouldBe(uid);
        war.Status!.Session!.Epoch.ShouldBe(2);
        (await plane.Client.ListAsync<WorkloadEntry>("bookinfo")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_agent_is_shown_as_not_connected_and_may_come_back()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        using (TestSession session = await agent.JoinAsync())
        {
            await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        }

        await Eventually.Is(
            async () => (await plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", RegistrationName)).Status!.Conditions
                .Any(c => c is { Type: "AgentConnected", Status: "False", Reason: "AgentConnectionLost" }),
            "AgentConnected=False");
        using TestSession back = await agent.ConnectAsync(epoch: 1);
        (await back.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established.Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task An_agent_that_stays_away_is_taken_out_after_the_grace_period()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        using (TestSession session = await agent.JoinAsync())
        {
            await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);

            // Not before: on its way in it is without a session, too.
            await plane.ConfigureAsync(new JsonObject { ["gracePeriod"] = "1s" });
        }

        await Eventually.Is(
            async () => await plane.Client.TryGetAsync<WorkloadEntry>("bookinfo", RegistrationName) is null,
            "registration and entry go");
    }

    [Fact]
    public async Task Stopping_asks_agents_to_go_elsewhere()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        using TestSession session = await plane.Agent().JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);

        Task stopping = plane.Endpoint.StopAsync();

        (await session.NextAsync(PlaneMessage.MessageOneofCase.Relocate)).Relocate.Within.ShouldNotBeNull();
        await session.CompleteAsync();
        await stopping;
    }
}
