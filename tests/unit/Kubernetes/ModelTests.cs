using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes.Models;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.KubernetesTests;

public sealed class ModelTests
{
    [Fact]
    public void Fields_the_records_do_not_know_survive_a_change()
    {
        JsonObject json = Parse(
            """
            {"apiVersion":"v1","kind":"ConfigMap","data":{"a":"1"},"binaryData":{"b":"AA=="},"future":{"x":[1]},
             "metadata":{"name":"one","namespace":"ns","labels":{"l":"1"},"selfLink":"/x","deletionGracePeriodSeconds":7,"managedFields":[{"manager":"m"}]}}
            """);
        V1ConfigMap map = V1ConfigMap.FromJson(json);

        JsonObject written = (map with { Data = new Dictionary<string, string> { ["a"] = "2" }, Metadata = map.Metadata with { Labels = new Dictionary<string, string>() } }).ToJson();

        JsonNode.DeepEquals(written, Parse(
            """
            {"apiVersion":"v1","kind":"ConfigMap","data":{"a":"2"},"binaryData":{"b":"AA=="},"future":{"x":[1]},
             "metadata":{"name":"one","namespace":"ns","selfLink":"/x","deletionGracePeriodSeconds":7}}
            """)).ShouldBeTrue(written.ToJsonString());
        ((string?)json["data"]!["a"]).ShouldBe("1", "what was read stays as it was");
    }

    [Fact]
    public void A_secret_is_bytes_and_prints_nothing_of_itself()
    {
        V1Secret secret = V1Secret.FromJson(Parse(
            """{"metadata":{"name":"key","namespace":"ns"},"type":"Opaque","data":{"k":"czNjcmV0","broken":"%%%"},"stringData":{"x":"plain-s3cret"}}"""));

        Encoding.UTF8.GetString(secret.Data["k"]).ShouldBe("s3cret");
        secret.Data.Keys.ShouldNotContain("broken");
        secret.ToString().ShouldBe("V1Secret { ns/key }");
        ((string?)secret.ToJson()["data"]!["k"]).ShouldBe("czNjcmV0");
    }

    [Fact]
    public void A_new_secret_is_written_with_kind_and_type()
    {
        var secret = new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = "key", Namespace = "ns" },
            Type = "Opaque",
            Immutable = true,
            Data = new Dictionary<string, byte[]> { ["k"] = [0, 255] },
        };

        JsonNode.DeepEquals(secret.ToJson(), Parse(
            """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"key","namespace":"ns"},"type":"Opaque","data":{"k":"AP8="},"immutable":true}"""))
            .ShouldBeTrue(secret.ToJson().ToJsonString());
    }

    [Fact]
    public void A_lease_keeps_its_times_to_the_microsecond()
    {
        JsonObject json = Parse(
            """
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l","namespace":"ns"},
             "spec":{"holderIdentity":"me","leaseDurationSeconds":15,"acquireTime":"2026-01-02T03:04:05.000000Z","renewTime":"2026-01-02T03:04:06.123456Z","leaseTransitions":2,"strategy":"x"}}
            """);
        V1Lease lease = V1Lease.FromJson(json);

        lease.LeaseDuration.ShouldBe(TimeSpan.FromSeconds(15));
        lease.LeaseTransitions.ShouldBe(2);
        JsonNode.DeepEquals(lease.ToJson(), json).ShouldBeTrue(lease.ToJson().ToJsonString());
        ((string?)(lease with { HolderIdentity = "" }).ToJson()["spec"]!["holderIdentity"]).ShouldBe("");
    }

    [Fact]
    public void A_service_tells_where_its_load_balancer_is()
    {
        JsonObject json = Parse(
            """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"gw","namespace":"istio-system"},
             "spec":{"type":"LoadBalancer","clusterIP":"10.0.0.1","externalIPs":["192.0.2.1"],"ports":[{"name":"tls","port":15443}],"selector":{"a":"b"}},
             "status":{"loadBalancer":{"ingress":[{"ip":"127.0.0.1"},{"hostname":"lb.example"}]}}}
            """);
        V1Service service = V1Service.FromJson(json);

        service.Type.ShouldBe("LoadBalancer");
        service.ClusterIp.ShouldBe("10.0.0.1");
        service.ExternalIps.ShouldBe(["192.0.2.1"]);
        service.Ports.ShouldBe([new ServicePort("tls", 15443)]);
        service.LoadBalancerIngress.ShouldBe([new LoadBalancerIngress("127.0.0.1", null), new LoadBalancerIngress(null, "lb.example")]);
        JsonNode.DeepEquals(service.ToJson(), json).ShouldBeTrue();
    }

    [Fact]
    public void An_event_names_what_it_happened_to()
    {
        JsonObject json = Parse(
            """
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"e","namespace":"ns"},"type":"Warning","reason":"Refused","message":"no policy",
             "involvedObject":{"apiVersion":"networking.istio.io/v1","kind":"WorkloadGroup","namespace":"ns","name":"ratings","uid":"u"},
             "source":{"component":"onboarding-plane"},"firstTimestamp":"2026-01-02T03:04:05Z","lastTimestamp":"2026-01-02T03:05:05Z","count":4}
            """);
        CoreV1Event e = CoreV1Event.FromJson(json);

        e.InvolvedObject.Name.ShouldBe("ratings");
        e.Component.ShouldBe("onboarding-plane");
        e.Count.ShouldBe(4);
        JsonNode.DeepEquals(e.ToJson(), json).ShouldBeTrue(e.ToJson().ToJsonString());
    }

    [Fact]
    public void Odd_types_never_throw()
    {
        JsonObject json = Parse("""{"metadata":7,"data":[1],"spec":"x","status":null,"count":{},"involvedObject":1,"immutable":"yes","type":3}""");

        V1ConfigMap.FromJson(json).Data.ShouldBeEmpty();
        V1Secret.FromJson(json).Type.ShouldBeNull();
        V1Lease.FromJson(json).HolderIdentity.ShouldBeNull();
        V1Service.FromJson(json).Ports.ShouldBeEmpty();
        CoreV1Event.FromJson(json).Count.ShouldBe(1);
        V1Namespace.FromJson(json).Phase.ShouldBeNull();
        V1ServiceAccount.FromJson(json).Metadata.Name.ShouldBe("");
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
