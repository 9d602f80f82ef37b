using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Reading;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Istio;

public class WorkloadEntryValidatorTests
{
    [Theory]
    [InlineData("""{"address": "1.2.3.4"}""")]
    [InlineData("""{"address": "2001:db8::1", "ports": {"http": 80, "a-1": 65535}}""")]
    [InlineData("""{"address": "example.com."}""")]
    [InlineData("""{"address": "unix:///a/b"}""")]
    [InlineData("""{"address": "unix://@a"}""")]
    [InlineData("""{"address": "h", "weight": 4294967295, "labels": {"a": "b"}, "locality": "a/b/c", "serviceAccount": "sa", "network": "n"}""")]
    [InlineData("""{"address": "", "network": "n"}""")]
    public void Good_entries_pass(string spec) => Errors(spec).ShouldBeEmpty();

    [Theory]
    [InlineData("{}", "spec: Invalid value: Address is required")]
    [InlineData("""{"address": null}""", "spec: Invalid value: Address is required")]
    [InlineData("""{"address": ""}""", "spec.address: Invalid value: must not be empty where network isn't set")]
    [InlineData("""{"address": "host:80"}""", "spec.address: Invalid value: must be an IP address, a host name or unix://")]
    [InlineData("""{"address": "1.2.3"}""", "spec.address: Invalid value: must be an IP address")]
    [InlineData("""{"address": "https://h"}""", "spec.address: Invalid value: must be an IP address")]
    [InlineData("""{"address": 5}""", "spec.address: Invalid value: must be text, not the number 5")]
    [InlineData("""{"address": "unix://"}""", "spec.address: Invalid value: UDS must be an absolute path or abstract socket")]
    [InlineData("""{"address": "unix://a"}""", "spec.address: Invalid value: UDS must be an absolute path or abstract socket")]
    [InlineData("""{"address": "unix:///a/"}""", "spec.address: Invalid value: UDS may not be a dir")]
    [InlineData("""{"address": "unix:///a", "ports": {}}""", "spec: Invalid value: UDS may not include ports")]
    [InlineData("""{"address": "unix:///a", "ports": {"http": 80}}""", "spec: Invalid value: UDS may not include ports")]
    [InlineData("""{"address": "1.1.1.1", "ports": {"http": 0}}""", "spec.ports[http]: Invalid value: port must be between 1-65535")]
    [InlineData("""{"address": "1.1.1.1", "ports": {"http": -1}}""", "port must be between 1-65535")]
    [InlineData("""{"address": "1.1.1.1", "ports": {"http": "80"}}""", "spec.ports[http]: Invalid value: must be a whole number, not the text \"80\"")]
    [InlineData("""{"address": "1.1.1.1", "ports": {"-a": 80}}""", "spec.ports: Invalid value: port name must be valid")]
    [InlineData("""{"address": "1.1.1.1", "ports": {"": 80}}""", "spec.ports: Invalid value: port name must be valid")]
    [InlineData("""{"address": "1.1.1.1", "ports": {"a23456789012345678901234567890123456789012345678901234567890123": 80}}""", "spec.ports: Invalid value: port name must be valid")]
    [InlineData("""{"address": "1.1.1.1", "ports": [80]}""", "spec.ports: Invalid value: must be an object, not a list")]
    [InlineData("""{"address": "1.1.1.1", "weight": -1}""", "spec.weight: Invalid value: must be from 0 to 4294967295, not -1")]
    [InlineData("""{"address": "1.1.1.1", "weight": 4294967296}""", "spec.weight: Invalid value: must be from 0 to 4294967295")]
    [InlineData("""{"address": "1.1.1.1", "labels": {"a b": "c"}}""", "spec.labels[a b]: Invalid value: must be a label key")]
    [InlineData("""{"address": "1.1.1.1", "labels": {"a": 1}}""", "spec.labels[a]: Invalid value: must be text, not the number 1")]
    public void Bad_entries_are_refused_for_their_reason(string spec, string reason) =>
        Errors(spec).ShouldContain(error => error.Contains(reason, StringComparison.Ordinal), string.Join('\n', Errors(spec)));

    [Fact]
    public void An_entry_without_spec_is_refused() =>
        WorkloadEntryValidator.Validate(new JsonObject { ["kind"] = "WorkloadEntry" }).ShouldHaveSingleItem().ToKubernetesText().ShouldBe("spec: Required value");

    [Fact]
    public void Texts_and_maps_are_bounded()
    {
        JsonObject spec = new()
        {
            ["address"] = new string('a', 257),
            ["network"] = new string('n', 2049),
            ["locality"] = new string('l', 2049),
            ["serviceAccount"] = new string('s', 254),
            ["ports"] = new JsonObject(Enumerable.Range(1, 129).Select(port => KeyValuePair.Create($"p{port}", (JsonNode?)port))),
            ["labels"] = new JsonObject(Enumerable.Range(1, 257).Select(label => KeyValuePair.Create($"l{label}", (JsonNode?)"v"))),
        };

        string[] errors = Errors(spec.ToJsonString());

        errors.ShouldBeGolden();
    }

    [Fact]
    public void A_network_without_address_is_a_warning()
    {
        Problem problem = Validate("""{"network": "n"}""").ShouldHaveSingleItem();

        problem.Severity.ShouldBe(ProblemSeverity.Warning);
        problem.Path.ShouldBe("spec.address");
    }

    [Fact]
    public void A_field_that_nobody_knows_is_a_warning_for_Istio_may_have_grown_it() =>
        Validate("""{"address": "1.1.1.1", "serviceAcount": "sa"}""").ShouldHaveSingleItem().ToString()
            .ShouldBeGolden();

    [Fact]
    public void Each_problem_of_a_wrong_label_map_is_told_once() =>
        Errors("""{"address": "1.1.1.1", "labels": {"a": 1, "b": true}}""").Length.ShouldBe(2);

    private static IReadOnlyList<Problem> Validate(string spec) =>
        WorkloadEntryValidator.Validate(new JsonObject { ["kind"] = "WorkloadEntry", ["spec"] = JsonNode.Parse(spec) });

    private static string[] Errors(string spec) =>
        [.. Validate(spec).Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => problem.ToKubernetesText())];
}
