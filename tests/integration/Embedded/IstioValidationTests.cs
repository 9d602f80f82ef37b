using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>WorkloadGroup and WorkloadEntry are refused for the reasons that Istio's definitions give, in the API server's shape.</summary>
public sealed class IstioValidationTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private const string Port = "port must be between 1-65535";
    private const string PortName = "port name must be valid";

    [Fact]
    public async Task Every_document_that_Istio_accepts_is_stored()
    {
        string space = await fixture.NamespaceAsync();
        foreach (JsonObject document in Documents("valid"))
        {
            ApiAnswer made = (await PostAsync(space, document)).Expect(201);
            made.Warnings.Count.ShouldBe(document["kind"]!.ToString() == "WorkloadEntry" && document["spec"]!["address"] is null ? 1 : 0, made.Text);
            JsonNode.DeepEquals(made.Json["spec"], document["spec"]).ShouldBeTrue($"nothing is pruned or added: {made.Text}");
            made["metadata", "generation"].ShouldBe("1");
        }
    }

    [Fact]
    public async Task Every_document_that_Istio_refuses_is_refused_for_its_reason()
    {
        string space = await fixture.NamespaceAsync();
        foreach (JsonObject document in Documents("invalid"))
        {
            string reason = document["_err"]!.ToString();
            document.Remove("_err");
            Refused(await PostAsync(space, document), document["kind"]!.ToString(), document["metadata"]!["name"]!.ToString())
                .ShouldContain(reason);
        }
    }

    [Theory]
    [InlineData("WorkloadGroup", "", "spec", "FieldValueRequired", "Required value")]
    [InlineData("WorkloadGroup", "{}", "spec.template", "FieldValueRequired", "Required value")]
    [InlineData("WorkloadGroup", """{"template":null}""", "spec.template", "FieldValueTypeInvalid", "must be of type object: \"null\"")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"tcpSocket":{"port":65536}}}""", "spec.probe.tcpSocket.port", "FieldValueInvalid", Port)]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"grpc":{"port":0}}}""", "spec.probe.grpc.port", "FieldValueInvalid", Port)]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"httpGet":{"port":-1}}}""", "spec.probe.httpGet.port", "FieldValueInvalid", "greater than or equal to 0")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"httpGet":{}}}""", "spec.probe.httpGet.port", "FieldValueRequired", "Required value")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"httpGet":{"port":80,"scheme":"http"}}}""", "spec.probe.httpGet.scheme", "FieldValueInvalid", "scheme must be one of [HTTP, HTTPS]")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"httpGet":{"port":80,"httpHeaders":[{"name":"**"}]}}}""", "spec.probe.httpGet.httpHeaders[0].name", "FieldValueInvalid", "spec.probe.httpGet.httpHeaders[0].name in body should match '^[-_A-Za-z0-9]+$'")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"exec":{"command":["a",""]}}}""", "spec.probe.exec.command[1]", "FieldValueInvalid", "should be at least 1 chars long")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"exec":{"command":["a"]},"tcpSocket":{"port":1}}}""", "spec.probe", "FieldValueInvalid", "\"spec.probe\" must validate one and only one schema (oneOf). Found 2 valid alternatives")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"periodSeconds":-1}}""", "spec.probe.periodSeconds", "FieldValueInvalid", "greater than or equal to 0")]
    [InlineData("WorkloadGroup", """{"template":{},"probe":{"periodSeconds":1.5}}""", "spec.probe.periodSeconds", "FieldValueTypeInvalid", "must be of type integer: \"number\"")]
    [InlineData("WorkloadGroup", """{"template":{"address":"unix://x"}}""", "spec.template.address", "FieldValueInvalid", "UDS must be an absolute path or abstract socket")]
    [InlineData("WorkloadGroup", """{"template":{"address":"unix:///x/"}}""", "spec.template.address", "FieldValueInvalid", "UDS may not be a dir")]
    [InlineData("WorkloadGroup", """{"template":{"address":"unix:///x","ports":{"a":1}}}""", "spec.template", "FieldValueInvalid", "UDS may not include ports")]
    [InlineData("WorkloadGroup", """{"template":{"ports":{"a":65536}}}""", "spec.template.ports[a]", "FieldValueInvalid", Port)]
    [InlineData("WorkloadGroup", """{"template":{"ports":{"-a":1}}}""", "spec.template.ports", "FieldValueInvalid", PortName)]
    [InlineData("WorkloadGroup", """{"template":{"ports":{"a23456789-a23456789-a23456789-a23456789-a23456789-a23456789-abc":1}}}""", "spec.template.ports", "FieldValueInvalid", PortName)]
    [InlineData("WorkloadGroup", """{"template":{"weight":4294967296}}""", "spec.template.weight", "FieldValueInvalid", "less than or equal to 4294967295")]
    [InlineData("WorkloadGroup", """{"template":{"labels":{"a":1}}}""", "spec.template.labels[a]", "FieldValueTypeInvalid", "must be of type string: \"integer\"")]
    [InlineData("WorkloadGroup", """{"template":[]}""", "spec.template", "FieldValueTypeInvalid", "must be of type object: \"array\"")]
    [InlineData("WorkloadGroup", """{"template":{},"metadata":{"labels":[]}}""", "spec.metadata.labels", "FieldValueTypeInvalid", "must be of type object: \"array\"")]
    [InlineData("WorkloadEntry", """{"labels":{"a":"b"}}""", "spec", "FieldValueInvalid", "Address is required")]
    [InlineData("WorkloadEntry", """{"address":"1.1.1.1","ports":{"a":0}}""", "spec.ports[a]", "FieldValueInvalid", Port)]
    [InlineData("WorkloadEntry", """{"address":"unix://@x","ports":{}}""", "spec", "FieldValueInvalid", "UDS may not include ports")]
    [InlineData("WorkloadEntry", """{"network":7}""", "spec.network", "FieldValueTypeInvalid", "must be of type string: \"integer\"")]
    public async Task What_the_definition_forbids_is_refused(string kind, string spec, string field, string cause, string message)
    {
        ApiAnswer answer = await PostAsync(await fixture.NamespaceAsync(), Document(kind, spec));
        Refused(answer, kind, "x").ShouldContain(message);
        JsonNode only = answer.Json["details"]!["causes"]!.AsArray().ShouldHaveSingleItem()!;
        (only["field"]!.ToString(), only["reason"]!.ToString()).ShouldBe((field, cause));
    }

    [Theory]
    [InlineData("address", 256)]
    [InlineData("network", 2048)]
    [InlineData("locality", 2048)]
    [InlineData("serviceAccount", 253)]
    public async Task Texts_have_a_longest_length_in_characters(string field, int most)
    {
        string space = await fixture.NamespaceAsync();
        ApiAnswer fits = await PostAsync(space, Document("WorkloadGroup", Template(new string('ä', most))));
        fits.Expect(201);
        ApiAnswer answer = await PostAsync(space, Document("WorkloadGroup", Template(new string('a', most + 1))));
        Refused(answer, "WorkloadGroup", "x").ShouldBeGolden();
        answer["details", "causes", "0", "reason"].ShouldBe("FieldValueTooLong");

        string Template(string value) => $$"""{"template":{"{{field}}":"{{value}}"} }""";
    }

    [Theory]
    [InlineData("""{"template":{"ports":MAP}}""", "spec.template.ports", 128)]
    [InlineData("""{"template":{"labels":MAP}}""", "spec.template.labels", 256)]
    [InlineData("""{"template":{},"metadata":{"annotations":MAP}}""", "spec.metadata.annotations", 256)]
    public async Task Maps_have_a_largest_size(string spec, string field, int most)
    {
        string space = await fixture.NamespaceAsync();
        (await PostAsync(space, Document("WorkloadGroup", Fill(most)))).Expect(201);
        ApiAnswer answer = await PostAsync(space, Document("WorkloadGroup", Fill(most + 1)));
        answer["details", "causes", "0", "field"].ShouldBe(field);

        string Fill(int count) => spec.Replace(
            "MAP",
            $"{{{string.Join(',', Enumerable.Range(0, count).Select(i => field.EndsWith("ports", StringComparison.Ordinal) ? $"\"p{i}\":1" : $"\"k{i}\":\"v\""))}}}",
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"template":{}}""")]
    [InlineData("""{"template":{"weight":0,"ports":{"a-b":1,"A":65535}}}""")]
    [InlineData("""{"template":{"ports":{"a23456789-a23456789-a23456789-a23456789-a23456789-a23456789-ab":1}}}""")]
    [InlineData("""{"template":{},"probe":{"httpGet":{"port":80,"scheme":"","httpHeaders":[{"name":"X-a_1","value":""}]}}}""")]
    [InlineData("""{"template":{},"probe":{"exec":{"command":["a"]}}}""")]
    public async Task What_the_definition_allows_is_stored(string spec) =>
        (await PostAsync(await fixture.NamespaceAsync(), Document("WorkloadGroup", spec))).Expect(201);

    [Fact]
    public async Task A_change_is_validated_like_a_new_object()
    {
        string space = await fixture.NamespaceAsync();
        (await PostAsync(space, Document("WorkloadGroup", """{"template":{}}"""))).Expect(201);
        string path = $"/apis/networking.istio.io/v1/namespaces/{space}/workloadgroups/x";
        Refused(await fixture.Client.MergeAsync(path, """{"spec":{"template":{"ports":{"a":0}}}}"""), "WorkloadGroup", "x").ShouldContain(Port);
        Refused(await fixture.Client.ApplyAsync(path, "m", """{"apiVersion":"networking.istio.io/v1","kind":"WorkloadGroup","spec":{"template":{"ports":{"a":0}}}}"""), "WorkloadGroup", "x")
            .ShouldContain(Port);
        (await fixture.Client.GetAsync(path))["metadata", "generation"].ShouldBe("1");
    }

    private static IEnumerable<JsonObject> Documents(string kind) => Directory
        .EnumerateFiles(Path.Combine(IstioData.Directory, "validation"), $"workload*-{kind}.yaml")
        .SelectMany(file => ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(File.ReadAllText(file))).Value!);

    private static JsonObject Document(string kind, string spec)
    {
        var document = new JsonObject
        {
            ["apiVersion"] = "networking.istio.io/v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = "x" },
        };
        if (spec.Length > 0)
        {
            document["spec"] = JsonNode.Parse(spec);
        }

        return document;
    }

    private Task<ApiAnswer> PostAsync(string space, JsonObject document) => fixture.Client.PostAsync(
        $"/apis/{document["apiVersion"]}/namespaces/{space}/{(document["kind"]!.ToString() == "WorkloadGroup" ? "workloadgroups" : "workloadentries")}",
        document.ToJsonString());

    private static string Refused(ApiAnswer answer, string kind, string name)
    {
        string message = answer.Refused(422, "Invalid");
        message.ShouldBeGolden();
        (answer["details", "kind"], answer["details", "group"], answer["details", "name"]).ShouldBe((kind, "networking.istio.io", name));
        return message;
    }
}
