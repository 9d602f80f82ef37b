using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class ApplyTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private ApiClient Client => fixture.Client;

    [Fact]
    public async Task Applying_creates_changes_and_rests()
    {
        string path = await PathAsync();
        ApiAnswer made = await Client.ApplyAsync(path, "one", Map("""{"a":"1"}"""));
        made.Expect(201);
        ApiAnswer same = await Client.ApplyAsync(path, "one", Map("""{"a":"1"}"""));
        same.Expect(200)["metadata", "resourceVersion"].ShouldBe(made["metadata", "resourceVersion"]);
        (await Client.ApplyAsync(path, "one", Map("""{"a":"2"}""")))["data", "a"].ShouldBe("2");
    }

    [Fact]
    public async Task A_field_of_another_writer_is_taken_only_by_force()
    {
        string path = await PathAsync();
        await Client.ApplyAsync(path, "one", Map("""{"a":"1"}"""));
        ApiAnswer refused = await Client.ApplyAsync(path, "two", Map("""{"a":"2"}"""));
        refused.Refused(409, "Conflict").ShouldBeGolden();
        refused["details", "causes", "0", "reason"].ShouldBe("FieldManagerConflict");
        (await Client.ApplyAsync(path, "two", Map("""{"a":"2"}"""), force: true)).Expect(200)["data", "a"].ShouldBe("2");
        (await Client.ApplyAsync(path, "one", Map("""{"a":"1"}"""))).Refused(409, "Conflict").ShouldContain("\"two\"");
    }

    [Fact]
    public async Task What_an_applier_leaves_out_goes_unless_another_owns_it()
    {
        string path = await PathAsync();
        await Client.ApplyAsync(path, "one", Map("""{"a":"1","b":"1"}"""));
        await Client.ApplyAsync(path, "two", Map("""{"b":"1","c":"1"}"""));
        ApiAnswer after = await Client.ApplyAsync(path, "one", Map("""{"d":"1"}"""));
        after.Json["data"]!.ToJsonString().ShouldBe("""{"b":"1","c":"1","d":"1"}""");
    }

    [Fact]
    public async Task Items_of_a_keyed_list_have_owners_of_their_own()
    {
        string path = $"/apis/runtime.onboarding.tetrate.io/v1alpha1/namespaces/{await fixture.NamespaceAsync()}/workloadautoregistrations/r";
        const string Start = """{"apiVersion":"runtime.onboarding.tetrate.io/v1alpha1","kind":"WorkloadAutoRegistration","metadata":{"name":"r"}""";
        await Client.ApplyAsync(path, "one", Start + ""","spec":{"identity":{},"registration":{}}}""");
        (await Client.ApplyAsync($"{path}/status", "one", Start + ""","status":{"conditions":[{"type":"A","status":"True"}]}}""")).Expect(200);
        (await Client.ApplyAsync($"{path}/status", "two", Start + ""","status":{"conditions":[{"type":"B","status":"True"}]}}""")).Expect(200);
        ApiAnswer after = await Client.ApplyAsync($"{path}/status", "one", Start + ""","status":{"conditions":[{"type":"A","status":"False"}]}}""");
        after["status", "conditions", "0", "status"].ShouldBe("False");
        after["status", "conditions", "1", "type"].ShouldBe("B");
    }

    [Fact]
    public async Task An_update_takes_over_what_it_changes()
    {
        string path = await PathAsync();
        await Client.ApplyAsync(path, "one", Map("""{"a":"1"}"""));
        await Client.MergeAsync($"{path}?fieldManager=editor", """{"data":{"a":"2"}}""");
        (await Client.ApplyAsync(path, "one", Map("""{"a":"1"}"""))).Refused(409, "Conflict").ShouldContain("\"editor\"");
    }

    [Fact]
    public async Task A_manager_is_required() =>
        (await Client.PatchAsync(await PathAsync(), Map("{}"), "application/apply-patch+yaml")).Refused(422, "Invalid")
            .ShouldBeGolden();

    private static string Map(string data) => $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{{data}}}""";

    private async Task<string> PathAsync() => $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/configmaps/m";
}
