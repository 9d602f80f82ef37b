using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Reading;

public class YamlReadingTests
{
    [Theory]
    [InlineData("yes", "\"yes\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("n", "\"n\"")]
    [InlineData("True", "true")]
    [InlineData("false", "false")]
    [InlineData("~", "null")]
    [InlineData("NULL", "null")]
    [InlineData("0123", "123")]
    [InlineData("0o17", "15")]
    [InlineData("0xff", "255")]
    [InlineData("+5", "5")]
    [InlineData("-.5", "-0.5")]
    [InlineData("5.", "5")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("1e3", "1e3")]
    [InlineData("-", null)]
    [InlineData("0x", "\"0x\"")]
    [InlineData("0o8", "\"0o8\"")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("2026-01-31", "\"2026-01-31\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("'5'", "\"5\"")]
    [InlineData("\"a\\u00e4\\x41\"", "\"a\u00e4A\"")]
    [InlineData("!!str 5", "\"5\"")]
    [InlineData("! 5", "\"5\"")]
    [InlineData("!!float 5", "5")]
    [InlineData("!!null ''", "null")]
    [InlineData("18446744073709551616", "18446744073709551616")]
    [InlineData("[a, [b], {c: d}]", "[\"a\",[\"b\"],{\"c\":\"d\"}]")]
    [InlineData("|\n  two\n  lines", "\"two\\nlines\\n\"")]
    [InlineData(">-\n  one\n  line", "\"one line\"")]
    [InlineData("# comment\n  {a: b} # more", "{\"a\":\"b\"}")]
    [InlineData("{1: a, true: b, '<<': c}", "{\"1\":\"a\",\"true\":\"b\",\"<<\":\"c\"}")]
    public void Values_are_what_YAML_1_2_says(string yaml, string? json)
    {
        ReadResult<IReadOnlyList<JsonObject>> result = Manifest($"x: {yaml}\n");

        if (json is null)
        {
            result.Value.ShouldBeNull();
            return;
        }

        result.Value.ShouldNotBeNull(string.Join('\n', result.Problems));
        JsonNode.DeepEquals(result.Value[0]["x"], JsonNode.Parse(json)).ShouldBeTrue(result.Value[0].ToJsonString());
    }

    [Fact]
    public void Anchors_and_aliases_are_followed() =>
        Manifest("a: &x {k: v}\nb: *x\nc: [*x, &y z, *y]\n").Value![0]["c"]!.ToJsonString().ShouldBe("""[{"k":"v"},"z","z"]""");

    [Fact]
    public void What_is_written_out_wins_over_what_is_merged() =>
        Manifest("""
            base: &base {a: 1, b: 2}
            more: &more {b: 3, c: 4}
            one: {<<: *base, b: 9}
            two:
              <<: [*base, *more]
              a: 8
            """).Value![0].ToJsonString().ShouldContain("""
            "one":{"b":9,"a":1},"two":{"a":8,"b":2,"c":4}
            """.Trim());

    [Fact]
    public void Flow_style_that_looks_like_json_is_read_as_YAML() =>
        Manifest("{x: {a: b, 'c': [d]}, \"e\": f}").Value![0]["x"]!.ToJsonString().ShouldBe("""{"a":"b","c":["d"]}""");

    [Fact]
    public void Json_may_be_indented_with_tabs_and_holds_any_character()
    {
        JsonObject json = Manifest("{\n\t\"x\": \"\\ud83d\\ude00 \\/ \\t\"\n}").Value![0];

        json["x"]!.GetValue<string>().ShouldBe("😀 / \t");
    }

    [Fact]
    public void Positions_count_characters_and_not_bytes()
    {
        ReadResult<IReadOnlyList<JsonObject>> yaml = Read("{apiVersion: ää, metadata: {name: 1}, kind: K}");
        ReadResult<IReadOnlyList<JsonObject>> json = Read("""{"apiVersion": "ää", "metadata": {"name": 1}, "kind": "K"}""");

        (yaml.Problems.Single().Line, yaml.Problems.Single().Column).ShouldBe((1, 35));
        (json.Problems.Single().Line, json.Problems.Single().Column).ShouldBe((1, 43));
    }

    [Fact]
    public void A_manifest_holds_any_number_of_objects_of_any_kind()
    {
        ReadResult<IReadOnlyList<JsonObject>> result = Read("""
            # first
            apiVersion: v1
            kind: Namespace
            metadata: {name: a}
            ---
            ---
            apiVersion: networking.istio.io/v1
            kind: WorkloadGroup
            metadata: {name: b}
            spec: {template: {}}
            """);

        result.Value!.Select(item => item["kind"]!.GetValue<string>()).ShouldBe(["Namespace", "WorkloadGroup"]);
    }

    [Fact]
    public void Every_object_of_a_manifest_needs_a_name() =>
        Read("apiVersion: v1\nkind: Namespace\nmetadata: {}\n---\n- 1\n").Problems.Select(problem => problem.ToString()).ShouldBeGolden();

    private static ReadResult<IReadOnlyList<JsonObject>> Read(string text) => ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(text));

    private static ReadResult<IReadOnlyList<JsonObject>> Manifest(string fields) => fields.TrimStart().StartsWith('{')
        ? Read(fields.TrimStart().Insert(1, "\"apiVersion\": \"v1\", \"kind\": \"K\", \"metadata\": {\"name\": \"n\"},"))
        : Read("apiVersion: v1\nkind: K\nmetadata: {name: n}\n" + fields);
}
