using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Api.TestDocuments;

namespace Onboarding.Tests.Unit.Api.Reading;

public class ResourceWriterTests
{
    [Fact]
    public void YAML_looks_as_people_write_it() =>
        ResourceWriter.ToYaml(JsonNode.Parse("""
            {"apiVersion": "v1", "list": [{"a": 1, "b": ["x", ["y"]]}, {}, []], "on": "yes", "pem": "-----BEGIN A-----\nQUJD\n-----END A-----\n", "url": "https://a.example:8443/x", "empty": {}, "none": null, "n": "5", "text": "a: b"}
            """)!).ShouldBe("""
            apiVersion: v1
            list:
            - a: 1
              b:
              - x
              - - "y"
            - {}
            - []
            "on": "yes"
            pem: |
              -----BEGIN A-----
              QUJD
              -----END A-----
            url: "https://a.example:8443/x"
            empty: {}
            none: null
            "n": "5"
            text: "a: b"

            """);

    [Fact]
    public void Whatever_is_written_is_read_again_as_the_same()
    {
        Random random = new(99);
        for (int round = 0; round < 3_000; round++)
        {
            JsonObject json = new()
            {
                ["apiVersion"] = "v1",
                ["kind"] = "K",
                ["metadata"] = new JsonObject { ["name"] = "n" },
                ["value"] = RandomValue(random, 4),
            };

            string yaml = ResourceWriter.ToYaml(json);
            ReadResult<IReadOnlyList<JsonObject>> result = ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(yaml));

            result.Value.ShouldNotBeNull(yaml + string.Join('\n', result.Problems));
            JsonNode.DeepEquals(result.Value.Single(), json).ShouldBeTrue($"{yaml}\n{json.ToJsonString()}\n{result.Value[0].ToJsonString()}");
        }
    }

    [Fact]
    public void Configurations_survive_writing_and_reading()
    {
        string onboarding = OnboardingHead + "onboardingEndpoint: {host: h, port: 1, transportSecurity: {tls: {sni: s, insecureSkipVerify: true, caFile: f}}}\nworkloadGroup: {namespace: n, name: g}\nworkload: {labels: {a: b}}\nsettings: {connectedOver: VPC}";
        string agent = AgentHead + """
            host: {custom: {credential: [{plugin: {name: a, path: p, env: [{name: E, value: v}], args: [x]}}], hostinfo: {basic: {networkInterfaces: {include: [a], exclude: [b]}}}}}
            sidecar: {command: {path: p, args: [a], env: [{name: E, value: v}], readiness: {port: 1, path: /x}}, stdout: {filename: o}, stderr: {filename: e}}
            settings: {connection: {timeout: 1m, retryPolicy: {exponentialBackoff: {initialInterval: 2s, maxInterval: 3s}}}}
            """;

        Survives(ReadValid(ResourceKinds.OnboardingConfiguration, onboarding).ToJson(), json => ReadValid(ResourceKinds.OnboardingConfiguration, json).ToJson());
        Survives(ReadValid(ResourceKinds.AgentConfiguration, agent).ToJson(), json => ReadValid(ResourceKinds.AgentConfiguration, json).ToJson());
        Survives(ReadValid(ResourceKinds.AgentConfiguration, AgentHead).ToJson(), json => ReadValid(ResourceKinds.AgentConfiguration, json).ToJson());
    }

    private static void Survives(JsonObject json, Func<string, JsonObject> read)
    {
        JsonNode.DeepEquals(read(json.ToJsonString()), json).ShouldBeTrue(json.ToJsonString());
        JsonNode.DeepEquals(read(ResourceWriter.ToYaml(json)), json).ShouldBeTrue(json.ToJsonString());
    }

    private static JsonNode? RandomValue(Random random, int depth) => random.Next(depth == 0 ? 5 : 8) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(random.NextInt64()),
        3 or 4 => JsonValue.Create(RandomText(random)),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random, depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => RandomText(random) + i).Distinct()
            .Select(key => KeyValuePair.Create(key, RandomValue(random, depth - 1)))),
    };

    private static string RandomText(Random random)
    {
        string[] pieces = ["a", "Z9", "-", " ", "\n", "\t", "'", "\"", "\\", ":", "#", "&x", "*x", "!", "|", ">", "%", "@", "{", "]", ",", "?", "0", ".5", "~", "yes", "ä", "😀", "\u2028", "\u0085", "\ufeff", "\u0007", "null", "- ", ": ", "---\n", "\r"];
        return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
