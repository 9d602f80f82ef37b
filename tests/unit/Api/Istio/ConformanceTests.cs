using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Istio;

public class ConformanceTests
{
    [Fact]
    public void Every_valid_object_of_Istio_is_accepted()
    {
        foreach (JsonObject resource in Objects("valid"))
        {
            Errors(resource).ShouldBeEmpty(resource.ToJsonString());
        }
    }

    [Fact]
    public void Every_invalid_object_of_Istio_is_refused_for_its_reason()
    {
        foreach (JsonObject resource in Objects("invalid"))
        {
            string reason = resource["_err"]!.GetValue<string>();
            resource.Remove("_err");

            Errors(resource).ShouldContain(error => error.Contains(reason, StringComparison.Ordinal), reason);
        }
    }

    private static IEnumerable<JsonObject> Objects(string kind)
    {
        string[] files = Directory.GetFiles(Path.Combine(IstioData.Directory, "validation"), $"workload*-{kind}.yaml");
        files.ShouldNotBeEmpty();
        return files.SelectMany(file => ResourceReader.ReadManifest(File.ReadAllBytes(file)).Value!);
    }

    private static IEnumerable<string> Errors(JsonObject resource) =>
        (resource["kind"]!.GetValue<string>() == "WorkloadEntry" ? WorkloadEntryValidator.Validate(resource) : WorkloadGroupValidator.Validate(resource))
            .Where(problem => problem.Severity == ProblemSeverity.Error)
            .Select(problem => problem.ToKubernetesText());
}
