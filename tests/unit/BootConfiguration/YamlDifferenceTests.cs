using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>What docs/reference/yaml.md lists is so: a class that an update of the parser closes or opens shows here.</summary>
public sealed partial class YamlDifferenceTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "yaml.md"));

    /// <summary>A text that is refused, one that says the same, and what Istio reads.</summary>
    public static IEnumerable<object[]> Refused => RefusedExamples().Matches(Page)
        .Select(m => new object[] { m.Groups["text"].Value, m.Groups["instead"].Value, m.Groups["json"].Value });

    /// <summary>A text that Istio refuses, and what is read here.</summary>
    public static IEnumerable<object[]> Accepted => AcceptedExamples().Matches(Page)
        .Select(m => new object[] { m.Groups["text"].Value, m.Groups["json"].Value });

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_text_that_only_istio_reads_is_refused_and_can_be_said_otherwise(string text, string instead, string json)
    {
        Should.Throw<BootConfigurationException>(() => MeshYaml.Read(text)).Message.ShouldStartWith("mesh.yaml: line ");
        JsonNode.DeepEquals(MeshYaml.Read(instead), JsonNode.Parse(json)).ShouldBeTrue(instead);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_text_that_only_istio_refuses_is_read_as_listed(string text, string json) =>
        JsonNode.DeepEquals(MeshYaml.Read(text), JsonNode.Parse(json)).ShouldBeTrue(text);

    [Fact]
    public void Every_example_of_the_page_is_tested() =>
        ((2 * RefusedExamples().Count(Page)) + AcceptedExamples().Count(Page)).ShouldBe(Page.Split("```yaml\n").Length - 1);

    [GeneratedRegex("```yaml\n(?<text>[^`]*)```\n\n```yaml\n(?<instead>[^`]*)```\n\nIstio: `(?<json>[^`]*)`")]
    private static partial Regex RefusedExamples();

    [GeneratedRegex("```yaml\n(?<text>[^`]*)```\n\nOnboarding: `(?<json>[^`]*)`")]
    private static partial Regex AcceptedExamples();
}
