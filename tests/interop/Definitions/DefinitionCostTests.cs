using System.Text.Json.Nodes;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Interop.Definitions;

/// <summary>
/// An API server refuses a definition whose rules could cost too much, by an estimate: each rule's cost for the largest value, as often as the
/// lists around it have items at most. Without such a server the estimate is made here.
/// </summary>
public sealed class DefinitionCostTests
{
    // Kubernetes' StaticEstimatedCostLimit and StaticEstimatedCRDCostLimit.
    private const double MostOfRule = 10_000_000;
    private const double MostOfDefinition = 100_000_000;

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy", "crds"), "*.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_rules_of_a_definition_cost_less_than_an_API_server_allows(string file)
    {
        Capability.NodeJs.Require();
        double[] costs = await EstimateAsync(await SchemaAsync(file));

        costs.ShouldAllBe(c => c <= MostOfRule);
        costs.Sum().ShouldBeLessThanOrEqualTo(MostOfDefinition);
        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {costs.Length} rules, the dearest {costs.DefaultIfEmpty().Max():0}, all {costs.Sum():0}");
    }

    [Theory]
    [InlineData("onboardingpolicies.yaml", "spec/allow", "maxItems")]
    [InlineData("onboardingplanes.yaml", "spec/workloads/authentication/jwt/issuers", "maxItems")]
    [InlineData("onboardingplanes.yaml", "spec/gracePeriod", "maxLength")]
    public async Task Without_one_of_its_bounds_a_definition_costs_more(string file, string field, string bound)
    {
        Capability.NodeJs.Require();
        JsonNode schema = await SchemaAsync(file);
        JsonNode bounded = field.Split('/').Aggregate(schema, (at, name) => at["properties"]![name]!);
        bounded.AsObject().Remove(bound).ShouldBeTrue();

        (await EstimateAsync(schema)).ShouldContain(c => c > MostOfRule);
    }

    private static async Task<JsonNode> SchemaAsync(string file) =>
        ResourceReader.ReadObject(await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "deploy", "crds", file)))
            .Value!["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;

    private static async Task<double[]> EstimateAsync(JsonNode schema)
    {
        JsonNode answer = await NodeProgram.AskAsync("estimate-definition.mjs", new JsonObject { ["schema"] = schema.DeepClone() });
        return [.. answer["rules"]!.AsArray().Select(r => r!["cost"]!.GetValue<double>())];
    }
}
