using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class ObjectLifecycleTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private const string Groups = "/apis/networking.istio.io/v1/namespaces";

    private ApiClient Client => fixture.Client;

    [Fact]
    public async Task A_created_object_gets_what_the_server_sets()
    {
        string space = await fixture.NamespaceAsync();
        ApiAnswer made = await Client.PostAsync($"{Groups}/{space}/workloadgroups", Group("ratings"));
        made.Expect(201);
        Guid.TryParse(made["metadata", "uid"], out _).ShouldBeTrue();
        made["metadata", "generation"].ShouldBe("1");
        made["metadata", "namespace"].ShouldBe(space);
        DateTimeOffset.Parse(made["metadata", "creationTimestamp"]!, null).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        long.Parse(made["metadata", "resourceVersion"]!, null).ShouldBeGreaterThan(0);
        (await Client.GetAsync($"{Groups}/{space}/workloadgroups/ratings")).Expect(200).Text.ShouldBe(made.Text);
    }

    [Fact]
    public async Task A_second_object_of_the_name_is_refused()
    {
        string space = await fixture.NamespaceAsync();
        (await Client.PostAsync($"{Groups}/{space}/workloadgroups", Group("ratings"))).Expect(201);
        ApiAnswer again = await Client.PostAsync($"{Groups}/{space}/workloadgroups", Group("ratings"));
        again.Refused(409, "AlreadyExists").ShouldBe("workloadgroups.networking.istio.io \"ratings\" already exists");
        again["details", "kind"].ShouldBe("workloadgroups");
    }

    [Fact]
    public async Task Generated_names_are_unique()
    {
        string space = await fixture.NamespaceAsync();
        ApiAnswer one = await Client.PostAsync($"/api/v1/namespaces/{space}/configmaps", """{"metadata":{"generateName":"x-"}}""");
        ApiAnswer two = await Client.PostAsync($"/api/v1/namespaces/{space}/configmaps", """{"metadata":{"generateName":"x-"}}""");
        one.Expect(201)["metadata", "name"]!.ShouldStartWith("x-");
        two.Expect(201)["metadata", "name"].ShouldNotBe(one["metadata", "name"]);
    }

    [Fact]
    public async Task An_update_of_an_old_version_is_refused()
    {
        string space = await fixture.NamespaceAsync();
        ApiAnswer made = await Client.PostAsync($"{Groups}/{space}/workloadgroups", Group("ratings"));
        (await Client.MergeAsync($"{Groups}/{space}/workloadgroups/ratings", """{"metadata":{"labels":{"a":"b"}}}""")).Expect(200);
        ApiAnswer late = await Client.PutAsync($"{Groups}/{space}/workloadgroups/ratings", made.Text);
        late.Refused(409, "Conflict").ShouldBeGolden();
    }

    [Fact]
    public async Task Only_a_changed_spec_raises_the_generation()
    {
        string space = await fixture.NamespaceAsync();
        string path = $"{Groups}/{space}/workloadgroups/ratings";
        await Client.PostAsync($"{Groups}/{space}/workloadgroups", Group("ratings"));
        (await Client.MergeAsync(path, """{"metadata":{"labels":{"a":"b"}}}"""))["metadata", "generation"].ShouldBe("1");
        (await Client.MergeAsync($"{path}/status", """{"status":{"observedGeneration":1}}"""))["metadata", "generation"].ShouldBe("1");
        (await Client.MergeAsync(path, """{"spec":{"template":{"network":"n"}}}"""))["metadata", "generation"].ShouldBe("2");
    }

    [Fact]
    public async Task An_update_without_effect_keeps_the_version()
    {
        string space = await fixture.NamespaceAsync();
        ApiAnswer made = await Client.PostAsync($"{Groups}/{space}/workloadgroups", Group("ratings"));
        ApiAnswer same = await Client.MergeAsync($"{Groups}/{space}/workloadgroups/ratings", """{"spec":{"template":{"serviceAccount":"default"}}}""");
        same.Expect(200)["metadata", "resourceVersion"].ShouldBe(made["metadata", "resourceVersion"]);
    }

    [Fact]
    public async Task Status_and_spec_are_written_apart()
    {
        string space = await fixture.NamespaceAsync();
        string path = $"{Groups}/{space}/workloadgroups/ratings";
        await Client.PostAsync($"{Groups}/{space}/workloadgroups", Group("ratings"));
        ApiAnswer main = await Client.MergeAsync(path, """{"status":{"observedGeneration":7},"spec":{"template":{"network":"n"}}}""");
        main.Json["status"].ShouldBeNull();
        ApiAnswer status = await Client.MergeAsync($"{path}/status", """{"status":{"observedGeneration":7},"spec":{"template":{"network":"m"}}}""");
        status["status", "observedGeneration"].ShouldBe("7");
        status["spec", "template", "network"].ShouldBe("n");
    }

    [Fact]
    public async Task Every_version_of_a_kind_shows_the_same_object()
    {
        string space = await fixture.NamespaceAsync();
        ApiAnswer made = await Client.PostAsync(
            $"/apis/networking.istio.io/v1alpha3/namespaces/{space}/workloadgroups",
            Group("ratings").Replace("networking.istio.io/v1\"", "networking.istio.io/v1alpha3\"", StringComparison.Ordinal));
        made.Expect(201)["apiVersion"].ShouldBe("networking.istio.io/v1alpha3");
        ApiAnswer other = await Client.GetAsync($"/apis/networking.istio.io/v1beta1/namespaces/{space}/workloadgroups/ratings");
        other["apiVersion"].ShouldBe("networking.istio.io/v1beta1");
        other["metadata", "uid"].ShouldBe(made["metadata", "uid"]);
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        string space = await fixture.NamespaceAsync();
        (await Client.PostAsync($"{Groups}/{space}/workloadgroups?dryRun=All", Group("ratings"))).Expect(201);
        (await Client.GetAsync($"{Groups}/{space}/workloadgroups/ratings")).Refused(404, "NotFound");
    }

    [Fact]
    public async Task Finalizers_hold_a_deleted_object()
    {
        string space = await fixture.NamespaceAsync();
        string path = $"/api/v1/namespaces/{space}/configmaps";
        await Client.PostAsync(path, """{"metadata":{"name":"held","finalizers":["example.com/hold"]}}""");
        (await Client.DeleteAsync($"{path}/held")).Expect(200)["metadata", "deletionTimestamp"].ShouldNotBeNull();
        (await Client.MergeAsync($"{path}/held", """{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}"""))
            .Refused(422, "Invalid").ShouldBeGolden();
        (await Client.MergeAsync($"{path}/held", """{"metadata":{"finalizers":null}}""")).Expect(200);
        (await Client.GetAsync($"{path}/held")).Refused(404, "NotFound");
    }

    [Fact]
    public async Task A_deletion_can_be_meant_for_one_very_object()
    {
        string space = await fixture.NamespaceAsync();
        string path = $"/api/v1/namespaces/{space}/configmaps";
        ApiAnswer made = await Client.PostAsync(path, """{"metadata":{"name":"x"}}""");
        (await Client.DeleteAsync($"{path}/x", """{"preconditions":{"uid":"other"}}""")).Refused(409, "Conflict").ShouldBeGolden();
        (await Client.DeleteAsync($"{path}/x", "{\"preconditions\":{\"uid\":\"" + made["metadata", "uid"] + "\"}}")).Expect(200)["status"].ShouldBe("Success");
    }

    private static string Group(string name) => $$"""
        {"apiVersion":"networking.istio.io/v1","kind":"WorkloadGroup","metadata":{"name":"{{name}}"},
         "spec":{"template":{"serviceAccount":"default"} } }
        """;
}
