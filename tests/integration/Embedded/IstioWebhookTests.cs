using System.Text.Json.Nodes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>What istiod's validating webhook refuses beyond the definitions is refused here too, before anything is stored (recorded item 8).</summary>
public sealed class IstioWebhookTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private const string Probe = "unknown health check method";
    private const string Address = "is not a valid FQDN or an IP address";
    private static readonly string Long = new('a', 64);

    public static TheoryData<string, string, string> Refused => new()
    {
        { "WorkloadGroup", """{"template":{},"metadata":{"labels":{"branch":"feature/x"}}}""", "spec.metadata.labels[branch]: invalid tag value: \"feature/x\"" },
        { "WorkloadGroup", """{"template":{},"metadata":{"labels":{".key":"a"}}}""", "spec.metadata.labels: invalid tag key: \".key\"" },
        { "WorkloadGroup", """{"template":{},"metadata":{"labels":{"":"a"}}}""", "spec.metadata.labels: invalid tag key: \"\"" },
        { "WorkloadGroup", """{"template":{},"metadata":{"labels":{"/a":"a"}}}""", "invalid tag key: \"/a\"" },
        { "WorkloadGroup", """{"template":{},"metadata":{"labels":{"a/b/c":"a"}}}""", "invalid tag key: \"a/b/c\"" },
        { "WorkloadGroup", $$$$"""{"template":{},"metadata":{"labels":{"{{{{Long}}}}":"a"}}}""", "invalid tag key" },
        { "WorkloadGroup", """{"template":{},"metadata":{"labels":{"a":"b\n"}}}""", "invalid tag value" },
        { "WorkloadGroup", """{"template":{},"probe":{}}""", $"spec.probe: {Probe} <nil>" },
        { "WorkloadGroup", """{"template":{},"probe":{"periodSeconds":5}}""", Probe },
        { "WorkloadGroup", """{"template":{},"probe":{"grpc":{"port":80}}}""", $"{Probe} grpc" },
        { "WorkloadGroup", """{"template":{},"probe":{"exec":{"command":[]}}}""", "spec.probe.exec.command is required" },
        { "WorkloadEntry", """{"address":"","network":""}""", "spec.address: address is required" },
        { "WorkloadEntry", """{"address":"reviews.bookinfo:9080"}""", Address },
        { "WorkloadEntry", """{"address":"10.0.0.1:9080"}""", Address },
        { "WorkloadEntry", """{"address":"10.0.0.256"}""", Address },
        { "WorkloadEntry", """{"address":"10.1"}""", Address },
        { "WorkloadEntry", """{"address":"010.0.0.1"}""", Address },
        { "WorkloadEntry", """{"address":"[fd00::1]"}""", Address },
        { "WorkloadEntry", """{"address":"fd00::1%"}""", Address },
        { "WorkloadEntry", """{"address":"a_b.example.com"}""", Address },
        { "WorkloadEntry", """{"address":".example.com"}""", Address },
        { "WorkloadEntry", """{"address":"a..example.com"}""", Address },
        { "WorkloadEntry", $$"""{"address":"{{Long}}.example.com"}""", Address },
        { "WorkloadEntry", """{"address":"10.0.0.1","labels":{"branch":"feature/x"}}""", "spec.labels[branch]: invalid tag value: \"feature/x\"" },
        { "WorkloadEntry", """{"address":"10.0.0.1","labels":{"a b":""}}""", "spec.labels: invalid tag key: \"a b\"" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_the_webhook_refuses_is_not_stored(string kind, string spec, string reason)
    {
        string space = await fixture.NamespaceAsync();
        ApiAnswer answer = await fixture.Client.PostAsync(Path(space, kind), Document(kind, spec));
        Denied(answer).ShouldContain(reason);
        (await fixture.Client.GetAsync($"{Path(space, kind)}/x")).Code.ShouldBe(404);
    }

    [Theory]
    [InlineData("WorkloadGroup", """{"template":{},"metadata":{"labels":{"example.com/a":"","A.b_c":"v1.2_3"}}}""")]
    [InlineData("WorkloadGroup", """{"template":{"labels":{"branch":"feature/x"}}}""")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"tcpSocket":{"port":80}}}""")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"exec":{"command":["true"]}}}""")]
    [InlineData("WorkloadEntry", """{"address":"reviews.example.com."}""")]
    [InlineData("WorkloadEntry", """{"address":"Reviews"}""")]
    [InlineData("WorkloadEntry", """{"address":"fd00::1"}""")]
    [InlineData("WorkloadEntry", """{"address":"fe80::1%eth0"}""")]
    [InlineData("WorkloadEntry", """{"address":"10.0.0.1","ports":{"http":80},"labels":{"app":""}}""")]
    [InlineData("WorkloadEntry", """{"address":"unix:///var/run/x"}""")]
    public async Task What_the_webhook_allows_is_stored(string kind, string spec)
    {
        ApiAnswer made = (await fixture.Client.PostAsync(Path(await fixture.NamespaceAsync(), kind), Document(kind, spec))).Expect(201);
        made.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_entry_with_a_network_alone_is_stored_with_a_warning()
    {
        ApiAnswer made = await fixture.Client.PostAsync(
            Path(await fixture.NamespaceAsync(), "WorkloadEntry"), Document("WorkloadEntry", """{"network":"vm"}"""));
        made.Expect(201).Warnings.ShouldHaveSingleItem().ShouldBeGolden();
    }

    [Fact]
    public async Task Every_way_to_write_is_checked_and_a_dry_run_too()
    {
        string space = await fixture.NamespaceAsync();
        string path = Path(space, "WorkloadGroup");
        const string Bad = """{"template":{},"metadata":{"labels":{"branch":"feature/x"}}}""";
        Denied(await fixture.Client.PostAsync($"{path}?dryRun=All", Document("WorkloadGroup", Bad)));
        Denied(await fixture.Client.ApplyAsync($"{path}/x", "m", Document("WorkloadGroup", Bad)));
        ApiAnswer made = (await fixture.Client.PostAsync(path, Document("WorkloadGroup", """{"template":{}}"""))).Expect(201);

        Denied(await fixture.Client.MergeAsync($"{path}/x", $$"""{"spec":{{Bad}}}"""));
        Denied(await fixture.Client.ApplyAsync($"{path}/x", "m", Document("WorkloadGroup", Bad)));
        JsonObject whole = made.Json;
        whole["spec"] = JsonNode.Parse(Bad);
        Denied(await fixture.Client.PutAsync($"{path}/x", whole.ToJsonString()));
        Denied(await fixture.Client.PutAsync($"/apis/networking.istio.io/v1beta1/namespaces/{space}/workloadgroups/x", InVersion(whole, "v1beta1")));
        (await fixture.Client.GetAsync($"{path}/x"))["metadata", "resourceVersion"].ShouldBe(made["metadata", "resourceVersion"]);

        // Status is not the webhook's business.
        (await fixture.Client.MergeAsync($"{path}/x/status", """{"status":{"conditions":[]}}""")).Expect(200);
    }

    [Fact]
    public async Task Every_reason_is_said_at_once()
    {
        ApiAnswer answer = await fixture.Client.PostAsync(
            Path(await fixture.NamespaceAsync(), "WorkloadGroup"),
            Document("WorkloadGroup", """{"template":{},"metadata":{"labels":{"a":"b/c","d":"e/f"}},"probe":{}}"""));
        Denied(answer).ShouldBeGolden();
    }

    private static string Denied(ApiAnswer answer)
    {
        // A webhook's refusal has a code and no reason.
        answer.Code.ShouldBe(400, answer.Text);
        answer["status"].ShouldBe("Failure");
        answer["reason"].ShouldBeNull();
        string message = answer["message"]!;
        message.ShouldBeGolden();
        return message;
    }

    private static string Path(string space, string kind) =>
        $"/apis/networking.istio.io/v1/namespaces/{space}/{(kind == "WorkloadGroup" ? "workloadgroups" : "workloadentries")}";

    private static string Document(string kind, string spec) =>
        $$"""{"apiVersion":"networking.istio.io/v1","kind":"{{kind}}","metadata":{"name":"x"},"spec":{{spec}}}""";

    private static string InVersion(JsonObject document, string version)
    {
        JsonObject copy = document.DeepClone().AsObject();
        copy["apiVersion"] = $"networking.istio.io/{version}";
        return copy.ToJsonString();
    }
}
