using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Whose tokens the plane asks for: of the account the member runs as, whatever its registration has been edited to say.</summary>
public sealed class GroupSnapshotTests : IAsyncLifetime
{
    private TestPlane _plane = null!;
    private TestAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _agent = _plane.Agent();
        await _plane.Client.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "payments" } });
        await AccountAsync("payments", "payments-sa");
        await AccountAsync(TestPlane.Namespace, "admin");
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Theory]
    [InlineData("payments", "payments-sa")]
    [InlineData("payments", "default")]
    [InlineData("bookinfo", "admin")]
    public async Task A_snapshot_that_somebody_edited_gets_its_member_nobody_elses_token(string ns, string account)
    {
        using (TestSession first = await _agent.JoinAsync())
        {
            await first.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
            (await TokenOfAsync(epoch: 1)).ShouldBe("system:serviceaccount:bookinfo:default");
        }

        await AnnotateAsync(new JsonObject
        {
            [WellKnownAnnotations.WorkloadGroupSnapshot] = $$$"""{"metadata":{"namespace":"{{{ns}}}","name":"x"},"spec":{"template":{"serviceAccount":"{{{account}}}"} } }""",
        });

        (await TokenOfAsync(epoch: 2)).ShouldBe("system:serviceaccount:bookinfo:default");
    }

    [Fact]
    public async Task The_snapshot_of_another_member_does_not_count()
    {
        await _plane.Client.CreateAsync(WorkloadGroup.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "admins", "namespace": "bookinfo", "labels": {"app": "ratings"}},
             "spec": {"metadata": {}, "template": {"serviceAccount": "admin"}}}
            """)!));
        TestAgent other = _plane.Agent("host-2");
        await Eventually.Is(() => Cluster.Groups.Get("bookinfo", "admins") is not null, "the plane sees the group");
        await other.AuthorizeAsync("admins");
        await other.RegisterAsync();
        WorkloadAutoRegistration admin = await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", other.Registration);
        using (TestSession first = await _agent.JoinAsync())
        {
            await first.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
            await TokenOfAsync(epoch: 1);
        }

        await AnnotateAsync(new JsonObject
        {
            [WellKnownAnnotations.WorkloadGroupSnapshot] = admin.Metadata.Annotations[WellKnownAnnotations.WorkloadGroupSnapshot],
            [WellKnownAnnotations.WorkloadGroupSnapshotMac] = admin.Metadata.Annotations[WellKnownAnnotations.WorkloadGroupSnapshotMac],
        });

        (await TokenOfAsync(epoch: 2)).ShouldBe("system:serviceaccount:bookinfo:default");
    }

    [Fact]
    public async Task A_member_whose_group_has_another_account_keeps_its_own_until_the_rollout_admits_it()
    {
        // istiod refuses a sidecar whose token isn't of the account that it was started as.
        await _plane.PauseRolloutAsync(true);
        using (TestSession session = await _agent.JoinAsync())
        {
            await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
            await _plane.Client.PatchAsync<WorkloadGroup>(
                "bookinfo", "ratings", V1Patch.Merge(JsonNode.Parse("""{"spec": {"template": {"serviceAccount": "admin"}}}""")!));
            Onboarding.Api.Rpc.BootConfiguration kept = (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
            kept.Pending.ShouldBeTrue();
        }

        (await TokenOfAsync(epoch: 1)).ShouldBe("system:serviceaccount:bookinfo:default");
    }

    private ClusterState Cluster => _plane.Endpoint.Services.GetRequiredService<ClusterState>();

    private Task<V1ServiceAccount> AccountAsync(string ns, string name) =>
        _plane.Client.CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = name, Namespace = ns } });

    private async Task AnnotateAsync(JsonObject annotations)
    {
        WorkloadAutoRegistration edited = await _plane.Client.PatchAsync<WorkloadAutoRegistration>(
            "bookinfo", _agent.Registration, V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } }));
        await Eventually.Is(
            () => Cluster.Registrations.Get("bookinfo", _agent.Registration)?.Metadata.Annotations[WellKnownAnnotations.WorkloadGroupSnapshot]
                == edited.Metadata.Annotations[WellKnownAnnotations.WorkloadGroupSnapshot],
            "the plane sees the edit");
    }

    /// <summary>Connects as a member that has everything but a token, and reads whose it is given.</summary>
    private async Task<string> TokenOfAsync(long epoch)
    {
        WorkloadAutoRegistration member = await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration);
        BootConfigurationRevision desired = member.Status!.BootConfiguration!.Current ?? member.Status.BootConfiguration.Desired!;
        using TestSession session = await _agent.ConnectAsync(epoch, proof => proof.BootConfiguration = new BootConfigurationVersion
        {
            Generation = desired.Generation,
            CoreHash = desired.CoreHash,
            LiveHash = desired.LiveHash,
        });
        SessionEstablished established = (await session.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established;
        await session.SendAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = established.Epoch } });
        string token = (await session.NextAsync(PlaneMessage.MessageOneofCase.IstioToken)).IstioToken.Token;
        using JsonDocument claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
        return claims.RootElement.GetProperty("sub").GetString()!;
    }
}
