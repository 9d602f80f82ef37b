using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Runtime;

public class StoredObjectTests
{
    [Fact]
    public void A_registration_survives_reading_and_writing() => Survives(WorkloadAutoRegistration.FromJson, """
        {"apiVersion": "runtime.onboarding.tetrate.io/v1alpha1", "kind": "WorkloadAutoRegistration",
         "metadata": {"name": "cart-aws", "namespace": "shop", "uid": "u", "resourceVersion": "7", "generation": 1, "creationTimestamp": "2026-01-31T12:00:00Z",
          "labels": {"a": "b"}, "annotations": {"c": "d"}, "finalizers": ["f"],
          "ownerReferences": [{"apiVersion": "networking.istio.io/v1", "kind": "WorkloadGroup", "name": "cart", "uid": "g", "controller": true, "blockOwnerDeletion": false}]},
         "spec": {
          "identity": {"aws": {"partition": "aws", "account": "111122223333", "region": "eu-west-1", "zone": "eu-west-1a", "ec2": {"instanceId": "i-0abc", "iamRole": {"name": "cart"}}}},
          "registration": {"agent": {"version": "v1.6.0"}, "sidecar": {"istio": {"version": "1.14.4-x", "revision": "default"}},
           "host": {"addresses": [{"ip": "10.1.2.3", "type": "VPC"}, {"ip": "2001:db8::1", "type": "INTERNET"}]},
           "workload": {"labels": {"version": "v2"}}, "settings": {"connectedOver": "VPC"}}},
         "status": {"observedGeneration": 1, "conditions": [{"type": "AgentConnected", "status": "True", "reason": "AgentEstablishedConnection"}],
          "activeAgentConnection": {"connectedTo": "onboarding-plane-7f9c-abcde"},
          "session": {"epoch": 3, "id": "0123456789abcdef", "establishedAt": "2026-01-31T12:00:00Z", "endedAt": "2026-01-31T13:00:00Z",
            "policy": "ratings", "spiffeId": "spiffe://cluster.local/ns/bookinfo/sa/ratings"},
          "bootConfiguration": {"desired": {"generation": 2, "coreHash": "aa", "liveHash": "bb"}, "current": {"generation": 1, "coreHash": "cc", "liveHash": "dd"}}}}
        """);

    [Fact]
    public void A_registration_of_ecs_and_one_of_a_token_survive()
    {
        const string Registration = """
            "registration": {"agent": {"version": "v"}, "sidecar": {"istio": {"version": "v"}}, "host": {"addresses": [{"ip": "10.1.2.3", "type": "VPC"}]}}
            """;
        foreach (string identity in new[]
        {
            """{"aws": {"partition": "aws", "account": "111122223333", "region": "r", "zone": "z", "ecs": {"taskId": "t", "cluster": "c"}}}""",
            """{"jwt": {"issuer": "https://i", "subject": "s", "attributes": {"a": "b"}}}""",
        })
        {
            Survives(WorkloadAutoRegistration.FromJson, $$$"""
                {"apiVersion": "runtime.onboarding.tetrate.io/v1alpha1", "kind": "WorkloadAutoRegistration", "metadata": {"name": "n"},
                 "spec": {"identity": {{{identity}}}, {{{Registration}}} }}
                """);
        }
    }

    [Fact]
    public void C_What_members_have_alike_is_kept_once()
    {
        // Two texts may meet in one slot, by chance of the process: then they are kept twice.
        Enumerable.Range(0, 20).Count(IsShared).ShouldBeGreaterThan(10);

        static bool IsShared(int run)
        {
            WorkloadAutoRegistration one = Member("a", run), other = Member("b", run);
            other.Metadata.Name.ShouldBe("b");
            other.Metadata.Namespace.ShouldBe(one.Metadata.Namespace);
            return ReferenceEquals(other.Metadata.Annotations["snapshot"], one.Metadata.Annotations["snapshot"])
                && ReferenceEquals(other.Metadata.Annotations.Keys.Single(), one.Metadata.Annotations.Keys.Single())
                && ReferenceEquals(other.Metadata.Namespace, one.Metadata.Namespace)
                && ReferenceEquals(other.Metadata.OwnerReferences[0].Uid, one.Metadata.OwnerReferences[0].Uid)
                && ReferenceEquals(other.Status!.Conditions[0].Message, one.Status!.Conditions[0].Message);
        }

        static WorkloadAutoRegistration Member(string name, int run) => WorkloadAutoRegistration.FromJson(JsonNode.Parse(
            $$$"""
            {"apiVersion": "runtime.onboarding.tetrate.io/v1alpha1", "kind": "WorkloadAutoRegistration",
             "metadata": {"name": "{{{name}}}", "namespace": "shop-{{{run}}}", "annotations": {"snapshot": "the whole group {{{run}}} as it was when its members registered"},
              "ownerReferences": [{"apiVersion": "networking.istio.io/v1", "kind": "WorkloadGroup", "name": "cart", "uid": "3f1e-{{{run}}}"}]},
             "status": {"conditions": [{"type": "AgentConnected", "status": "True", "message": "The agent is connected to vm-{{{run}}}."}]}}
            """)!.AsObject());
    }

    [Fact]
    public void A_key_binding_survives_reading_and_writing() => Survives(WorkloadKeyBinding.FromJson, """
        {"apiVersion": "runtime.onboarding.tetrate.io/v1alpha1", "kind": "WorkloadKeyBinding", "metadata": {"name": "abc", "namespace": "istio-system"},
         "spec": {"identity": "jwt https://i s", "jkt": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "createdFor": {"namespace": "n", "name": "g"}}}
        """);

    [Fact]
    public void Everything_in_a_group_survives_even_what_is_not_modelled() => Survives(WorkloadGroup.FromJson, """
        {"apiVersion": "networking.istio.io/v1", "kind": "WorkloadGroup", "metadata": {"name": "g", "namespace": "n"}, "extra": [1],
         "spec": {"metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}, "newer": {"x": 1}}, "newest": true,
          "template": {"address": "h", "ports": {"http": 80}, "labels": {"l": "m"}, "network": "n", "locality": "a/b", "weight": 4294967295, "serviceAccount": "sa", "future": [{"y": null}]},
          "probe": {"httpGet": {"port": 80, "new": 1}}},
         "status": {"conditions": [{"type": "X"}], "validationMessages": []}}
        """);

    [Fact]
    public void Everything_in_an_entry_survives_even_what_is_not_modelled() => Survives(WorkloadEntry.FromJson, """
        {"apiVersion": "networking.istio.io/v1", "kind": "WorkloadEntry", "metadata": {"name": "e"},
         "spec": {"address": "10.0.0.1", "ports": {"http": "eighty"}, "labels": {"a": 1}, "weight": "x", "future": {}}, "status": {"conditions": []}}
        """);

    [Fact]
    public void A_modelled_field_can_be_changed_and_taken_away()
    {
        WorkloadEntry entry = WorkloadEntry.FromJson(JsonNode.Parse("""{"spec": {"address": "10.0.0.1", "network": "n", "future": 1}}""")!.AsObject());

        JsonObject spec = (entry with { Spec = entry.Spec with { Address = "10.0.0.2", Network = null } }).ToJson()["spec"]!.AsObject();

        spec.ToJsonString().ShouldBe("""{"address":"10.0.0.2","future":1}""");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata": 5, "spec": [], "status": "x"}""")]
    [InlineData("""{"metadata": {"name": 1, "labels": [1], "annotations": {"a": 1}, "generation": "x", "creationTimestamp": "soon", "ownerReferences": [1, {}], "finalizers": {}}, "spec": {"identity": 1, "registration": {"host": {"addresses": {}}}}, "status": {"conditions": [1, {}], "session": {"epoch": "x"}, "observedGeneration": 1.5}}""")]
    [InlineData("""{"spec": {"identity": "", "jkt": "short", "template": [], "metadata": 1, "probe": "x", "ports": {"a": 1e400}}}""")]
    public void Nothing_that_is_stored_makes_reading_throw(string stored)
    {
        JsonObject json = JsonNode.Parse(stored)!.AsObject();

        WorkloadAutoRegistration registration = WorkloadAutoRegistration.FromJson(json);
        registration.Spec.ShouldBeNull();
        registration.Problems.ShouldNotBeEmpty();
        registration.ToJson()["kind"]!.GetValue<string>().ShouldBe("WorkloadAutoRegistration");
        WorkloadKeyBinding.FromJson(json).Spec.ShouldBeNull();
        WorkloadGroup.FromJson(json).ToJson()["kind"]!.GetValue<string>().ShouldBe("WorkloadGroup");
        WorkloadEntry.FromJson(json).ToJson()["kind"]!.GetValue<string>().ShouldBe("WorkloadEntry");
        Onboarding.Api.Policies.OnboardingPolicy.FromJson(json).Spec.ShouldBeNull();
        Onboarding.Api.Install.OnboardingPlane.FromJson(json).Metadata.ShouldNotBeNull();
    }

    private static void Survives<T>(Func<JsonObject, T> read, string stored)
        where T : Onboarding.Api.Meta.IKubernetesObject<T>
    {
        JsonObject json = JsonNode.Parse(stored)!.AsObject();

        JsonObject written = read(json).ToJson();

        JsonNode.DeepEquals(written, json).ShouldBeTrue(written.ToJsonString());
        JsonNode.DeepEquals(json, JsonNode.Parse(stored)).ShouldBeTrue("reading changed what was read");
    }
}
