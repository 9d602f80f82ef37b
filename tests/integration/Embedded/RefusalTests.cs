using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class RefusalTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private ApiClient Client => fixture.Client;

    [Fact]
    public async Task Nobody_gets_in_without_a_token()
    {
        using var stranger = new ApiClient(fixture.Plane.KubeconfigPath, token: "");
        using var guesser = new ApiClient(fixture.Plane.KubeconfigPath, token: "guess");
        (await stranger.GetAsync("/api/v1/namespaces")).Refused(401, "Unauthorized");
        (await guesser.GetAsync("/api/v1/namespaces")).Refused(401, "Unauthorized");
        (await stranger.GetAsync("/version")).Expect(200);
    }

    [Theory]
    [InlineData("/apis/nothing.example.com/v1/things")]
    [InlineData("/api/v1/replicationcontrollers")]
    [InlineData("/apis/networking.istio.io/v9/workloadgroups")]
    [InlineData("/nothing")]
    [InlineData("/api/v1/namespaces/default/configmaps/x/status")]
    public async Task Unknown_paths_are_not_found(string path) => (await Client.GetAsync(path)).Refused(404, "NotFound");

    [Fact]
    public async Task Wrong_methods_are_not_allowed()
    {
        (await Client.PostAsync("/api/v1/namespaces/default/configmaps/x", "{}")).Refused(405, "MethodNotAllowed");
        (await Client.PutAsync("/api/v1/namespaces/default/configmaps", "{}")).Refused(405, "MethodNotAllowed");
        (await Client.DeleteAsync("/version")).Refused(405, "MethodNotAllowed");
    }

    [Fact]
    public async Task Unknown_media_types_are_not_read() =>
        (await Client.PostAsync("/api/v1/namespaces", "x", "text/plain")).Refused(415, "UnsupportedMediaType");

    [Fact]
    public async Task A_strategic_merge_patch_of_a_custom_resource_is_not_read() =>
        (await Client.PatchAsync("/apis/networking.istio.io/v1/namespaces/default/workloadgroups/x", "{}", "application/strategic-merge-patch+json"))
            .Refused(415, "UnsupportedMediaType");

    [Fact]
    public async Task Bodies_are_limited()
    {
        string body = "{\"metadata\":{\"name\":\"big\"},\"data\":{\"x\":\"" + new string('x', 3 * 1024 * 1024) + "\"}}";
        (await Client.PostAsync("/api/v1/namespaces/default/configmaps", body)).Refused(413, "RequestEntityTooLarge");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{} {}")]
    public async Task Broken_bodies_are_bad_requests(string body) =>
        (await Client.PostAsync("/api/v1/namespaces/default/configmaps", body)).Refused(400, "BadRequest");

    [Fact]
    public async Task Deep_nesting_is_refused_before_anything_recurses()
    {
        string body = string.Concat(Enumerable.Repeat("[", 100_000));
        (await Client.PostAsync("/api/v1/namespaces/default/configmaps", body)).Refused(400, "BadRequest");
    }

    [Fact]
    public async Task A_body_must_be_what_its_path_says()
    {
        const string Path = "/api/v1/namespaces/default/configmaps";
        (await Client.PostAsync(Path, """{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"x"}}""")).Refused(400, "BadRequest");
        (await Client.PostAsync(Path, """{"kind":"Secret","metadata":{"name":"x"}}""")).Refused(400, "BadRequest");
        (await Client.PostAsync(Path, """{"metadata":{"name":"x","namespace":"other"}}""")).Refused(400, "BadRequest")
            .ShouldBeGolden();
        (await Client.PostAsync(Path, """{"metadata":{"name":"x","resourceVersion":"1"}}""")).Refused(400, "BadRequest");
    }

    [Fact]
    public async Task Objects_need_an_existing_namespace() =>
        (await Client.PostAsync("/api/v1/namespaces/nowhere/configmaps", """{"metadata":{"name":"x"}}""")).Refused(404, "NotFound")
            .ShouldBeGolden();

    [Theory]
    [InlineData("{}", "metadata.name: Required value: name or generateName is required")]
    [InlineData("""{"metadata":{"name":"UPPER"}}""", "metadata.name: Invalid value: \"UPPER\": a lowercase RFC 1123 subdomain")]
    [InlineData("""{"metadata":{"name":"x","labels":{"a b":"c"}}}""", "metadata.labels: Invalid value: \"a b\"")]
    [InlineData("""{"metadata":{"name":"x"},"data":{"a/b":"c"}}""", "data[a/b]: Invalid value")]
    public async Task Invalid_metadata_is_refused(string body, string expected) =>
        (await Client.PostAsync("/api/v1/namespaces/default/configmaps", body)).Refused(422, "Invalid").ShouldContain(expected);

    [Fact]
    public async Task Unknown_fields_are_dropped_with_a_warning_or_refused()
    {
        const string Body = """{"metadata":{"name":"unknown-field"},"spec":{"address":"1.2.3.4","colour":"red"}}""";
        const string Path = "/apis/networking.istio.io/v1/namespaces/default/workloadentries";
        ApiAnswer strict = await Client.PostAsync($"{Path}?fieldValidation=Strict", Body);
        strict.Refused(400, "BadRequest").ShouldContain("strict decoding error: unknown field \"spec.colour\"");
        ApiAnswer warned = await Client.PostAsync(Path, Body);
        warned.Expect(201)["spec", "colour"].ShouldBeNull();
        warned.Warnings.ShouldHaveSingleItem().ShouldContain("unknown field \\\"spec.colour\\\"");
    }

    [Theory]
    [InlineData("{}", "spec: Required value", "FieldValueRequired", "spec")]
    [InlineData("""{"spec":{}}""", "spec: Invalid value: \"object\": Address is required", "FieldValueInvalid", "spec")]
    [InlineData("""{"spec":{"address":"unix:///dir/"}}""", "UDS may not be a dir", "FieldValueInvalid", "spec.address")]
    [InlineData("""{"spec":{"address":"unix://relative"}}""", "UDS must be an absolute path or abstract socket", "FieldValueInvalid", "spec.address")]
    [InlineData("""{"spec":{"address":"unix://@foo","ports":{"http":80}}}""", "UDS may not include ports", "FieldValueInvalid", "spec")]
    [InlineData("""{"spec":{"address":"1.1.1.1","ports":{"http":99999}}}""", "port must be between 1-65535", "FieldValueInvalid", "spec.ports[http]")]
    [InlineData("""{"spec":{"address":"1.1.1.1","ports":{"@":80}}}""", "spec.ports: Invalid value", "FieldValueInvalid", "spec.ports")]
    [InlineData("""{"spec":{"address":5}}""", "spec.address in body must be of type string: \"integer\"", "FieldValueTypeInvalid", "spec.address")]
    [InlineData("""{"spec":{"address":"1.1.1.1","weight":-1}}""", "should be greater than or equal to 0", "FieldValueInvalid", "spec.weight")]
    public async Task Invalid_workload_entries_are_refused_as_their_definition_says(string body, string message, string reason, string field)
    {
        string named = body == "{}" ? """{"metadata":{"name":"x"}}""" : $$"""{"metadata":{"name":"x"},{{body[1..]}}""";
        ApiAnswer answer = await Client.PostAsync("/apis/networking.istio.io/v1/namespaces/default/workloadentries", named);
        string text = answer.Refused(422, "Invalid");
        text.ShouldBeGolden();
        text.ShouldContain(message);
        answer["details", "causes", "0", "reason"].ShouldBe(reason);
        answer["details", "causes", "0", "field"].ShouldBe(field);
    }

    [Fact]
    public async Task Every_problem_of_an_object_is_reported()
    {
        const string Body = """{"metadata":{"name":"Bad"},"spec":{"address":"unix://relative","weight":-1,"network":7}}""";
        ApiAnswer answer = await Client.PostAsync("/apis/networking.istio.io/v1/namespaces/default/workloadentries", Body);
        answer.Refused(422, "Invalid");
        answer.Json["details"]!["causes"]!.AsArray().Select(c => c!["field"]!.ToString())
            .ShouldBe(["metadata.name", "spec.address", "spec.weight", "spec.network"], ignoreOrder: true);
    }
}
