using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Reading;
using Onboarding.Documents;

namespace Onboarding.Client.Configuration;

/// <summary>Checks the files of an agent, and whatever else people write for Onboarding, without a network.</summary>
public static class ConfigurationChecker
{
    /// <summary>Every problem of a document; none if it can be used.</summary>
    /// <param name="content">The document: UTF-8, YAML or JSON.</param>
    public static IReadOnlyList<Problem> Check(byte[] content)
    {
        ReadResult<JsonObject> start = ResourceReader.ReadObject(content);
        if (start.Value is not { } json)
        {
            return start.Problems;
        }

        string kind = json["kind"] is JsonValue value && value.TryGetValue(out string? text) ? text : "";
        return kind switch
        {
            "AgentConfiguration" => ResourceReader.Read(ResourceKinds.AgentConfiguration, content).Problems,
            "OnboardingPolicy" => ResourceReader.Read(ResourceKinds.OnboardingPolicy, content).Problems,
            "OnboardingPlane" => ResourceReader.Read(ResourceKinds.OnboardingPlane, content).Problems,
            "WorkloadGroup" => ResourceReader.Read(ResourceKinds.WorkloadGroup, content).Problems,
            // Says what kind it is instead, too.
            _ => ResourceReader.Read(ResourceKinds.OnboardingConfiguration, content).Problems,
        };
    }
}
