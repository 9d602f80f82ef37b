using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>
/// Mutated texts and what a scanner that was measured against Istio's go-yaml v2 made of them: an update of YamlDotNet that reads one of
/// them differently shows here.
/// </summary>
public sealed class YamlRecordedTests
{
    private static JsonArray Recorded => JsonNode.Parse(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "unit", "BootConfiguration", "yaml-recorded.json")))!.AsArray();

    [Fact]
    public void Each_text_is_read_or_refused_as_recorded()
    {
        Recorded.Count.ShouldBeGreaterThan(200);
        foreach (JsonNode? recorded in Recorded)
        {
            string text = recorded!["yaml"]!.GetValue<string>();
            JsonNode? expected = recorded["json"];
            if (expected is null)
            {
                Should.Throw<BootConfigurationException>(() => MeshYaml.Read(text), JsonSerializer.Serialize(text));
            }
            else
            {
                JsonNode.DeepEquals(MeshYaml.Read(text), expected).ShouldBeTrue(JsonSerializer.Serialize(text));
            }
        }
    }
}
