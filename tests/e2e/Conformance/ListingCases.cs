using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

[Collection(ConformanceSuite.Name)]
public sealed class ListingCases(ConformanceServers servers)
{
    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_list_of_an_exact_moment_knows_nothing_of_what_came_later(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a");
        V1ConfigMap b = await stage.ConfigMapAsync("b");
        await stage.ConfigMapAsync("c");
        await stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "a");

        KubernetesList<V1ConfigMap> list = await stage.Client.ListAsync<V1ConfigMap>(
            stage.Namespace, new ListOptions { ResourceVersion = b.Metadata.ResourceVersion, IsExact = true, LabelSelector = "!istio.io/config" });

        list.Items.Select(i => i.Metadata.Name).ShouldBe(["a", "b"]);
        list.ResourceVersion.ShouldBe(b.Metadata.ResourceVersion);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_list_comes_in_pages_of_one_moment(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        foreach (string name in (string[])["a", "b", "c", "d", "e"])
        {
            await stage.ConfigMapAsync(name);
        }

        // What every namespace gets on some servers comes first in the alphabet or last, not in between.
        var options = new ListOptions { Limit = 2, LabelSelector = "!istio.io/config" };
        KubernetesList<V1ConfigMap> first = await stage.Client.ListAsync<V1ConfigMap>(stage.Namespace, options);
        first.Items.Select(i => i.Metadata.Name).ShouldBe(["a", "b"]);
        await stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "d");
        var rest = new List<string>();
        for (string? next = first.Continue; next is not null;)
        {
            KubernetesList<V1ConfigMap> page = await stage.Client.ListAsync<V1ConfigMap>(stage.Namespace, options with { Continue = next });
            page.ResourceVersion.ShouldBe(first.ResourceVersion);
            rest.AddRange(page.Items.Select(i => i.Metadata.Name));
            next = page.Continue;
        }

        rest.Where(n => n.Length == 1).ShouldBe(["c", "d", "e"], "d was there when the list began");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_continue_token_of_ones_own_making_is_refused(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await Stage.RefusedAsync(
            stage.Client.ListAsync<V1ConfigMap>(stage.Namespace, new ListOptions { Limit = 1, Continue = "made-up" }), 400, StatusReason.BadRequest);
    }

    [Theory]
    [OnEmbedded]
    [OnKubernetes]
    public async Task Labels_select(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await LabelledAsync("a", ("app", "ratings"), ("tier", "web"));
        await LabelledAsync("b", ("app", "ratings"));
        await LabelledAsync("c", ("app", "reviews"));
        (await SelectAsync("app=ratings")).ShouldBe(["a", "b"]);
        (await SelectAsync("app in (reviews,other)")).ShouldBe(["c"]);
        (await SelectAsync("app,app!=reviews,!tier")).ShouldBe(["b"]);
        (await SelectAsync("app notin (ratings),app")).ShouldBe(["c"]);
        await Stage.RefusedAsync(SelectAsync("app in ratings"), 400, StatusReason.BadRequest);

        async Task<IEnumerable<string>> SelectAsync(string selector) =>
            (await stage.Client.ListAsync<V1Secret>(stage.Namespace, new ListOptions { LabelSelector = selector }))
                .Items.Select(i => i.Metadata.Name);

        Task LabelledAsync(string name, params (string Key, string Value)[] labels) => stage.Client.CreateAsync(new V1Secret
        {
            Metadata = new() { Namespace = stage.Namespace, Name = name, Labels = labels.ToDictionary(l => l.Key, l => l.Value) },
        });
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Fields_select_where_the_kind_has_them(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a");
        await stage.ConfigMapAsync("b");
        (await SelectAsync("metadata.name=b")).ShouldBe(["b"]);
        (await SelectAsync($"metadata.namespace={stage.Namespace},metadata.name=a")).ShouldBe(["a"]);
        KubernetesException refusal = await Stage.RefusedAsync(SelectAsync("data.k=v"), 400, StatusReason.BadRequest);
        refusal.Status.Message.ShouldNotBeNull().ShouldContain("\"data.k\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");

        async Task<IEnumerable<string>> SelectAsync(string selector) =>
            (await stage.Client.ListAsync<V1ConfigMap>(stage.Namespace, new ListOptions { FieldSelector = selector }))
                .Items.Select(i => i.Metadata.Name);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Kinds_come_as_tables(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a", ("k", "v"), ("l", "w"));
        RawAnswer table = (await stage.Raw.GetAsync(stage.Path("api/v1", "configmaps/a"), Table)).Expect(200);
        (table["kind"], table["apiVersion"]).ShouldBe(("Table", "meta.k8s.io/v1"));
        Titles(table).ShouldBe(["Name", "Data", "Age"]);
        table["rows", "0", "cells", "0"].ShouldBe("a");
        table["rows", "0", "cells", "1"].ShouldBe("2");
        table["rows", "0", "object", "kind"].ShouldBe("PartialObjectMetadata");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Our_kinds_come_as_tables_with_the_columns_of_their_definition(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        Titles(await TableAsync("authorization", "onboardingpolicies")).ShouldBe(["Name", "Accepted", "Members", "Age", "Message 1"]);
        Titles(await TableAsync("runtime", "workloadautoregistrations")).ShouldBe(["Name", "Agent Connected", "Age", "Sidecar Ready 1"]);
        Titles(await TableAsync("runtime", "workloadkeybindings")).ShouldBe(["Name", "Identity", "Age"]);
        Titles(await TableAsync("install", "onboardingplanes")).ShouldBe(["Name", "Accepted", "Ready", "Age"]);

        async Task<RawAnswer> TableAsync(string group, string resource) => (await stage.Raw.GetAsync(
            stage.Path($"apis/{group}.onboarding.tetrate.io/v1alpha1", resource), Table)).Expect(200);
    }

    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io";

    /// <summary>Titles of the columns; 1 behind those that are shown with <c>-o wide</c> only.</summary>
    private static IEnumerable<string> Titles(RawAnswer table) => table.Json["columnDefinitions"]!.AsArray()
        .Select(c => c!["name"]!.ToString() + (c["priority"]!.GetValue<int>() is > 0 and { } priority ? $" {priority}" : ""));
}
