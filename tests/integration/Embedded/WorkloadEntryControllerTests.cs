using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>What istiod notes on a WorkloadEntry about its sidecar (recorded workloadentry.yaml, items 7 and 13).</summary>
public sealed class WorkloadEntryControllerTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>, IDisposable
{
    private const string ConnectedAt = "istio.io/connectedAt";
    private const string DisconnectedAt = "istio.io/disconnectedAt";
    private const string Controller = "istio.io/workloadController";

    private readonly KubernetesClient _client = Client(fixture.Plane);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Annotations_and_condition_are_those_of_pilot_discovery_beside_the_planes_fields()
    {
        string ns = await CreateEntryAsync();
        using EntrySidecar sidecar = await ConnectAsync(ns);
        await sidecar.ReportAsync(null);
        await UntilAsync(ns, e => Healthy(e) is not null, "the report is written");

        JsonObject entry = (await fixture.Client.GetAsync($"/apis/networking.istio.io/v1/namespaces/{ns}/workloadentries/vm-1")).Json;
        IReadOnlyDictionary<string, string> annotations = (await EntryAsync(ns)).Metadata.Annotations;
        annotations.Keys.Order().ShouldBe([ConnectedAt, Controller, "onboarding.tetrate.io/workload-group", "proxy.istio.io/health-checks-enabled"]);
        annotations[Controller].ShouldBe("istiod-0");
        annotations[ConnectedAt].ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?Z$");
        (string Manager, string Operation, string Subresource, string Fields)[] owners =
        [
            .. entry["metadata"]!["managedFields"]!.AsArray().Select(m => (
                m!["manager"]!.ToString(), m["operation"]!.ToString(), m["subresource"]?.ToString() ?? "", m["fieldsV1"]!.ToJsonString())),
        ];
        owners.Select(o => (o.Manager, o.Operation, o.Subresource)).ShouldBe(
            [("onboarding-plane", "Apply", ""), ("pilot-discovery", "Update", ""), ("pilot-discovery", "Update", "status")]);
        owners[1].Fields.ShouldBe("""{"f:metadata":{"f:annotations":{"f:istio.io/connectedAt":{},"f:istio.io/workloadController":{}}}}""");
        owners[2].Fields.ShouldBe("""{"f:status":{".":{},"f:conditions":{}}}""");
        entry["metadata"]!["generation"]!.GetValue<int>().ShouldBe(1);
        JsonNode condition = Healthy(await EntryAsync(ns))!;
        condition["status"]!.ToString().ShouldBe("True");
        condition["lastProbeTime"]!.ToString().ShouldBe(condition["lastTransitionTime"]!.ToString());
    }

    [Fact]
    public async Task Other_conditions_are_kept_and_a_failed_probe_says_why()
    {
        string ns = await CreateEntryAsync();
        await AddConditionAsync(ns, "WaypointBound");
        using EntrySidecar sidecar = await ConnectAsync(ns);
        await sidecar.ReportAsync("connection refused");
        await UntilAsync(ns, e => Healthy(e)?["message"]?.ToString() == "connection refused", "the message");
        (await EntryAsync(ns)).Status!["conditions"]!.AsArray().Select(c => $"{c!["type"]}={c["status"]}").ShouldBe(["WaypointBound=True", "Healthy=False"]);

        await sidecar.ReportAsync(null);
        await UntilAsync(ns, e => Healthy(e)?["status"]?.ToString() == "True", "it is healthy again");
        Healthy(await EntryAsync(ns))!["message"].ShouldBeNull();
    }

    [Fact]
    public async Task A_machine_that_dies_is_disconnected_and_its_health_unknown()
    {
        string ns = await CreateEntryAsync();
        await AddConditionAsync(ns, "WaypointBound");
        using (EntrySidecar sidecar = await ConnectAsync(ns))
        {
            await sidecar.ReportAsync(null);
            await UntilAsync(ns, e => Healthy(e) is not null, "the report is written");
        }

        // Recorded item 13: conditions at once, disconnectedAt, and the entry stays.
        await UntilAsync(ns, e => e.Metadata.Annotations.ContainsKey(DisconnectedAt) && Healthy(e) is null, "it is disconnected");
        WorkloadEntry entry = await EntryAsync(ns);
        entry.Metadata.Annotations.Keys.ShouldNotContain(ConnectedAt);
        entry.Metadata.Annotations[Controller].ShouldBe("istiod-0");
        entry.Status!["conditions"]!.AsArray().ShouldHaveSingleItem()!["type"]!.ToString().ShouldBe("WaypointBound");

        using EntrySidecar again = await ConnectAsync(ns);
        await UntilAsync(ns, e => e.Metadata.Annotations.ContainsKey(ConnectedAt), "it is connected again");
        (await EntryAsync(ns)).Metadata.Annotations.Keys.ShouldNotContain(DisconnectedAt);
    }

    [Fact]
    public async Task A_stream_that_ends_beside_a_newer_one_changes_nothing()
    {
        string ns = await CreateEntryAsync();
        using EntrySidecar old = await ConnectAsync(ns);
        using EntrySidecar current = await ConnectAsync(ns);
        await current.ReportAsync(null);
        await UntilAsync(ns, e => Healthy(e) is not null, "the report is written");
        string connected = (await EntryAsync(ns)).Metadata.Annotations[ConnectedAt];

        await old.CloseAsync();

        WorkloadEntry entry = await EntryAsync(ns);
        entry.Metadata.Annotations[ConnectedAt].ShouldBe(connected);
        Healthy(entry).ShouldNotBeNull();
        await current.CloseAsync();
        await UntilAsync(ns, e => e.Metadata.Annotations.ContainsKey(DisconnectedAt), "the last one counts");
    }

    [Fact]
    public async Task An_entry_that_is_not_annotated_is_left_alone()
    {
        string ns = await CreateEntryAsync(annotated: false);
        string version = (await EntryAsync(ns)).Metadata.ResourceVersion!;
        using EntrySidecar sidecar = await ConnectAsync(ns);
        await sidecar.ReportAsync("connection refused");
        await sidecar.CloseAsync();
        (await EntryAsync(ns)).Metadata.ResourceVersion.ShouldBe(version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("false")]
    public async Task The_annotation_counts_whatever_its_value_is(string value)
    {
        string ns = await CreateEntryAsync(annotation: value);
        using EntrySidecar sidecar = await ConnectAsync(ns);
        await sidecar.ReportAsync(null);
        await UntilAsync(ns, e => Healthy(e) is not null, "the report is written");
    }

    [Theory]
    [InlineData("2999-01-01T00:00:00.123456789Z", "istiod-0")]
    [InlineData("2999-01-01T00:00:00+01:00", "istiod-1")]
    public async Task A_later_connection_elsewhere_wins(string connected, string controller)
    {
        string ns = await CreateEntryAsync();
        await AnnotateAsync(ns, (ConnectedAt, connected), (Controller, controller));
        using EntrySidecar sidecar = await ConnectAsync(ns);
        await sidecar.ReportAsync(null);
        await sidecar.CloseAsync();

        WorkloadEntry entry = await EntryAsync(ns);
        entry.Metadata.Annotations[ConnectedAt].ShouldBe(connected);
        entry.Metadata.Annotations[Controller].ShouldBe(controller);
        entry.Metadata.Annotations.Keys.ShouldNotContain(DisconnectedAt);
        if (controller != "istiod-0")
        {
            Healthy(entry).ShouldBeNull("the report is another istiod's to take");
        }
    }

    [Fact]
    public async Task Another_account_of_the_namespace_may_not_have_the_entry()
    {
        string ns = await CreateEntryAsync(account: "ratings");
        RpcException refusal = await Should.ThrowAsync<RpcException>(() => ConnectAsync(ns));
        refusal.StatusCode.ShouldBe(StatusCode.Unknown);
        refusal.Status.Detail.ShouldBeGolden();
        (await EntryAsync(ns)).Metadata.Annotations.Keys.ShouldNotContain(ConnectedAt);
    }

    [Fact]
    public async Task An_entry_that_is_not_there_ends_the_stream()
    {
        string ns = await CreateEntryAsync();
        RpcException refusal = await Should.ThrowAsync<RpcException>(
            () => EntrySidecar.ConnectAsync(_client, fixture.Plane.IstiodAddress.Port, ns, "vm-2"));
        refusal.StatusCode.ShouldBe(StatusCode.Unknown);
        refusal.Status.Detail.ShouldBeGolden([(ns, "namespace")]);
    }

    [Fact]
    public async Task An_entry_that_istiod_would_name_is_adopted_but_not_made()
    {
        string ns = await CreateEntryAsync(name: "ratings-10.0.0.1", annotated: false);
        using EntrySidecar sidecar = await EntrySidecar.ConnectAsync(
            _client, fixture.Plane.IstiodAddress.Port, ns, "", metadata: ("AUTO_REGISTER_GROUP", "ratings"));
        await Eventually.Is(
            async () => (await _client.GetAsync<WorkloadEntry>(ns, "ratings-10.0.0.1")).Metadata.Annotations.ContainsKey(ConnectedAt), "it is adopted");
        using EntrySidecar other = await EntrySidecar.ConnectAsync(
            _client, fixture.Plane.IstiodAddress.Port, ns, "", metadata: ("AUTO_REGISTER_GROUP", "details"));
        (await _client.ListAsync<WorkloadEntry>(ns)).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Writers_of_annotations_and_status_never_lose_each_others_data()
    {
        const int Rounds = 20;
        string ns = await CreateEntryAsync();
        using EntrySidecar sidecar = await ConnectAsync(ns);

        await Task.WhenAll(
            EachAsync(i => ApplyAsync(_client, ns, "vm-1", $"10.0.0.{i}", "true", null)),
            EachAsync(i => AnnotateAsync(ns, ($"example.com/note-{i}", "kept"))),
            EachAsync(i => AddConditionAsync(ns, $"Other{i}")),
            EachAsync(i => sidecar.ReportAsync($"refused {i}")));

        await UntilAsync(ns, e => Healthy(e)?["message"]?.ToString() == $"refused {Rounds}", "the last report is written");
        WorkloadEntry entry = await EntryAsync(ns);
        entry.Spec.Address.ShouldBe($"10.0.0.{Rounds}");
        entry.Metadata.Annotations.Keys.Count(k => k.StartsWith("example.com/", StringComparison.Ordinal)).ShouldBe(Rounds);
        entry.Metadata.Annotations.Keys.ShouldContain(ConnectedAt);
        entry.Metadata.Annotations[Controller].ShouldBe("istiod-0");
        entry.Status!["conditions"]!.AsArray().Count(c => c!["type"]!.ToString().StartsWith("Other", StringComparison.Ordinal)).ShouldBe(Rounds);

        static async Task EachAsync(Func<int, Task> write)
        {
            for (int i = 1; i <= Rounds; i++)
            {
                await write(i);
            }
        }
    }

    [Fact]
    public async Task A_plane_that_is_stopped_disconnects_and_takes_its_sidecars_back()
    {
        using var directory = new TemporaryDirectory();
        var options = new EmbeddedControlPlaneOptions { DataDirectory = directory["plane"], ApiPort = 0, IstiodPort = 0 };
        await using (EmbeddedControlPlane plane = await EmbeddedControlPlane.StartAsync(options))
        {
            using KubernetesClient client = Client(plane);
            await ApplyAsync(client, "default", "vm-1", "10.0.0.1", "true", null);
            using EntrySidecar sidecar = await EntrySidecar.ConnectAsync(client, plane.IstiodAddress.Port, "default");
            await sidecar.ReportAsync(null);
            await Eventually.Is(
                async () => Healthy(await client.GetAsync<WorkloadEntry>("default", "vm-1")) is not null, "the report is written");
            await plane.DisposeAsync();
        }

        await using EmbeddedControlPlane again = await EmbeddedControlPlane.StartAsync(options);
        using KubernetesClient later = Client(again);
        WorkloadEntry entry = await later.GetAsync<WorkloadEntry>("default", "vm-1");
        entry.Metadata.Annotations.Keys.ShouldContain(DisconnectedAt);
        Healthy(entry).ShouldBeNull();
        using EntrySidecar back = await EntrySidecar.ConnectAsync(later, again.IstiodAddress.Port, "default");
        await Eventually.Is(
            async () => (await later.GetAsync<WorkloadEntry>("default", "vm-1")).Metadata.Annotations.ContainsKey(ConnectedAt), "it is back");
    }

    private static KubernetesClient Client(EmbeddedControlPlane plane) =>
        new(KubernetesClientConfiguration.BuildConfigFromConfigFile(plane.KubeconfigPath));

    private static JsonNode? Healthy(WorkloadEntry entry) =>
        entry.Status?["conditions"]?.AsArray().FirstOrDefault(c => c!["type"]!.ToString() == "Healthy");

    private Task<WorkloadEntry> EntryAsync(string ns) => _client.GetAsync<WorkloadEntry>(ns, "vm-1");

    private Task<EntrySidecar> ConnectAsync(string ns) => EntrySidecar.ConnectAsync(_client, fixture.Plane.IstiodAddress.Port, ns);

    private Task UntilAsync(string ns, Func<WorkloadEntry, bool> condition, string what) =>
        Eventually.Is(async () => condition(await EntryAsync(ns)), what);

    private async Task<string> CreateEntryAsync(
        bool annotated = true, string annotation = "true", string? account = null, string name = "vm-1")
    {
        string ns = await fixture.NamespaceAsync();
        await ApplyAsync(_client, ns, name, "10.0.0.1", annotated ? annotation : null, account);
        return ns;
    }

    /// <summary>Makes the entry as the plane does.</summary>
    private static Task<WorkloadEntry> ApplyAsync(
        KubernetesClient client, string ns, string name, string address, string? annotation, string? account) => client.PatchAsync<WorkloadEntry>(
        ns,
        name,
        V1Patch.Apply(new WorkloadEntry
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                Namespace = ns,
                Annotations = annotation is null
                    ? new Dictionary<string, string>()
                    : new Dictionary<string, string>
                    {
                        ["onboarding.tetrate.io/workload-group"] = "ratings",
                        ["proxy.istio.io/health-checks-enabled"] = annotation,
                    },
            },
            Spec = new WorkloadEntrySpec { Address = address, ServiceAccount = account },
        }.ToJson()),
        new PatchOptions { FieldManager = "onboarding-plane", Force = true });

    private Task<WorkloadEntry> AnnotateAsync(string ns, params (string Name, string Value)[] annotations) => _client.PatchAsync<WorkloadEntry>(
        ns,
        "vm-1",
        V1Patch.Merge(new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject(annotations.Select(a => KeyValuePair.Create(a.Name, (JsonNode?)JsonValue.Create(a.Value)))),
            },
        }));

    /// <summary>Writes a condition as another controller does: reads the list, adds to it, and starts over if someone else was first.</summary>
    private async Task AddConditionAsync(string ns, string type)
    {
        while (true)
        {
            WorkloadEntry entry = await EntryAsync(ns);
            JsonObject status = entry.Status?.DeepClone().AsObject() ?? [];
            var conditions = status["conditions"]?.DeepClone().AsArray() ?? [];
            conditions.Add(new JsonObject { ["type"] = type, ["status"] = "True" });
            try
            {
                await _client.PatchAsync<WorkloadEntry>(
                    ns,
                    "vm-1",
                    V1Patch.Merge(new JsonObject
                    {
                        ["metadata"] = new JsonObject { ["resourceVersion"] = entry.Metadata.ResourceVersion },
                        ["status"] = new JsonObject { ["conditions"] = conditions },
                    }),
                    new PatchOptions { Subresource = "status" });
                return;
            }
            catch (KubernetesException e) when (e.IsConflict)
            {
                // Another writer was first.
            }
        }
    }
}
