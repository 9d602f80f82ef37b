using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Api.Install;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Api.Runtime;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Interop.Definitions;

/// <summary>
/// What a definition refuses, the plane's own rules refuse, and the other way round: over specs that use every field, and thousands that differ
/// from one in a single place. The definitions' CEL is evaluated by <c>@bufbuild/cel</c>, which has no function that Kubernetes alone has.
/// </summary>
public sealed partial class DefinitionRuleTests
{
    public static TheoryData<string> Files => [.. Corpus.Specs.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_definition_refuses_what_the_plane_refuses(string file)
    {
        Capability.NodeJs.Require();
        JsonNode schema = ResourceReader.ReadObject(await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "deploy", "crds", file)))
            .Value!["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!;
        IReadOnlyList<JsonObject> documents = Corpus.Create(file);
        var question = new JsonObject { ["schema"] = schema.DeepClone(), ["documents"] = new JsonArray([.. documents.Select(d => (JsonNode)d.DeepClone())]) };
        JsonNode answer = await NodeProgram.AskAsync("evaluate-definition.mjs", question);

        List<string> disagreements = [];
        int refused = 0;
        foreach ((JsonObject spec, int i) in documents.Select((d, i) => (d, i)))
        {
            string[] byDefinition = [.. answer["failures"]![i]!.AsArray().Select(p => p!.ToString())];
            string[] byCode = [.. ErrorsOf(file, spec)];
            refused += byCode.Length > 0 ? 1 : 0;
            disagreements.AddRange(byDefinition.Where(p => !byCode.Any(q => IsSamePlace(p, q))).Select(p => $"only the definition refuses {p} of {spec.ToJsonString()}"));
            disagreements.AddRange(byCode.Where(q => !OnlyCodeReads().IsMatch(q) && !byDefinition.Any(p => IsSamePlace(p, q)))
                .Select(q => $"only the code refuses {q} of {spec.ToJsonString()}"));
        }

        disagreements.ShouldBeEmpty();
        refused.ShouldBeInRange(1, documents.Count - 1);
        string[] untested = [.. answer["seen"]!.AsObject().Where(s => s.Key.Contains(' ') && !Bound().IsMatch(s.Key) && s.Value!.AsArray().Any(n => n!.GetValue<int>() == 0)).Select(s => s.Key)];
        untested.ShouldBeEmpty("each keyword holds for a document and fails for another");
        string[] unused = [.. Places(schema, "spec").Where(p => answer["seen"]![p] is null)];
        unused.ShouldBeEmpty("the corpus has each field");
    }

    private static IEnumerable<string> ErrorsOf(string file, JsonObject spec)
    {
        var value = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x", ["namespace"] = "x" }, ["spec"] = spec.DeepClone() };
        IReadOnlyList<Problem> problems = file switch
        {
            "onboardingpolicies.yaml" => OnboardingPolicy.FromJson(value).Problems,
            "onboardingplanes.yaml" => OnboardingPlane.FromJson(value).Problems,
            "jointokens.yaml" => JoinToken.FromJson(value).Problems,
            "credentialuses.yaml" => CredentialUse.FromJson(value).Problems,
            _ => WorkloadKeyBinding.FromJson(value).Problems,
        };
        return problems.Where(p => p.Severity == ProblemSeverity.Error).Select(p => p.Path);
    }

    // A rule speaks of the object or list, the code of the field in it.
    private static bool IsSamePlace(string one, string other) =>
        one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal);

    private static IEnumerable<string> Places(JsonNode schema, string place) =>
        (schema["properties"] as JsonObject ?? []).SelectMany(p => Places(p.Value!, $"{place}.{p.Key}").Prepend($"{place}.{p.Key}"))
            .Concat(schema["items"] is { } items ? Places(items, $"{place}[]") : []);

    // What is inside a text that isn't a scalar: keys, certificates, addresses with their bits, the keys of a map.
    [GeneratedRegex(@"\.(jwks|bundle|roots|jwksUri|bundleUri|issuer|hosts\[\d+\]|signers\[\d+\]|intermediateHosts\[\d+\]|ipAddresses\[\d+\]|addressCidrs\[\d+\]|matchLabels\[.*)$|\.(notAfter|expiresAt)$")]
    private static partial Regex OnlyCodeReads();

    // What a document must not exceed so that an API server can say what a rule costs at most; the code has no such limit.
    [GeneratedRegex(@" max(Items|Length)$")]
    private static partial Regex Bound();
}
