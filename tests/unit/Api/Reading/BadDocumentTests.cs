using System.Text;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Api.TestDocuments;

namespace Onboarding.Tests.Unit.Api.Reading;

public class BadDocumentTests
{
    private const string Rest = "onboardingEndpoint: {host: h}\nworkloadGroup: {namespace: n, name: g}\n";

    [Theory]
    [InlineData("", "1:1: is empty")]
    [InlineData("  \n# nothing\n", "1:1: is empty")]
    [InlineData("---\n...\n", "must be an object with apiVersion and kind, not null")]
    [InlineData("hello", "1:1: must be an object with apiVersion and kind, not the text \"hello\"")]
    [InlineData("[1, 2]", "1:1: must be an object with apiVersion and kind, not a list")]
    [InlineData("a: 1\n\tb: 2", "2:1: a tab can't indent YAML; use spaces")]
    [InlineData("a:\n  b: 1\n \tc: 2", "3:2: a tab can't indent YAML; use spaces")]
    [InlineData("a: 1\nb: 2\nc:\n\td: 3", "4:1: a tab can't indent YAML; use spaces")]
    [InlineData("a: [1, 2", "isn't valid YAML")]
    [InlineData("a: 'x", "isn't valid YAML")]
    [InlineData("a: b: c", "1:5: isn't valid YAML")]
    [InlineData("a: *nowhere", "1:4: the alias *nowhere has no anchor before it")]
    [InlineData("a: &x [*x]", "1:8: the alias *x is inside its own anchor")]
    [InlineData("? [a, b]\n: c", "1:3: a key must be text, not a list")]
    [InlineData("a: !python/object:os.system x", "1:4: the tag !python/object:os.system isn't supported")]
    [InlineData("a: !!binary aGk=", "1:4: the tag tag:yaml.org,2002:binary isn't supported")]
    [InlineData("a: !!int x", "1:4: the text \"x\" isn't what its tag says (!!int)")]
    [InlineData("a: &x 1\n<<: *x", "<< must be an object or a list of objects, not the number 1")]
    [InlineData("{\"a\": 1,,}", "1:9: isn't valid JSON")]
    [InlineData("{\"a\": 1} x", "isn't valid JSON")]
    [InlineData("{\"a\": \"\\ud800\"}", "an unpaired surrogate")]
    [InlineData("{\"a\"", "isn't valid JSON")]
    public void What_is_no_document_is_told_with_its_place(string text, string problem) =>
        Problems(ResourceKinds.OnboardingConfiguration, text).ShouldHaveSingleItem().ShouldContain(problem);

    [Fact]
    public void A_duplicate_key_is_told_with_both_places() =>
        Problems(ResourceKinds.OnboardingConfiguration, OnboardingHead + Rest + "workloadGroup: {namespace: n, name: other}\n")
            .ShouldHaveSingleItem().ShouldBeGolden();

    [Fact]
    public void A_duplicate_key_of_json_is_told_too() =>
        Problems(ResourceKinds.OnboardingConfiguration, """
            {"apiVersion": "config.agent.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingConfiguration",
             "onboardingEndpoint": {"host": "h", "host": "h2"}, "workloadGroup": {"namespace": "n", "name": "g"}}
            """).ShouldHaveSingleItem().ShouldBeGolden();

    [Fact]
    public void A_second_document_is_refused_where_it_starts() =>
        Problems(ResourceKinds.OnboardingConfiguration, OnboardingHead + Rest + "---\na: 1\n")
            .ShouldHaveSingleItem().ShouldBeGolden();

    [Fact]
    public void Document_markers_around_one_document_are_fine() =>
        ReadValid(ResourceKinds.OnboardingConfiguration, "%YAML 1.2\n---\n" + OnboardingHead + Rest + "---\n");

    [Fact]
    public void An_unknown_kind_is_the_only_problem_told() =>
        Problems(ResourceKinds.OnboardingConfiguration, "apiVersion: v1\nkind: OnboardingConfigurations\nfoo: 1\n")
            .ShouldHaveSingleItem().ShouldBeGolden();

    [Fact]
    public void The_other_configuration_is_told_as_the_wrong_file() =>
        Problems(ResourceKinds.OnboardingConfiguration, AgentHead)
            .ShouldHaveSingleItem().ShouldBeGolden();

    [Fact]
    public void An_unknown_apiVersion_is_told() =>
        Problems(ResourceKinds.OnboardingConfiguration, "apiVersion: config.agent.onboarding.tetrate.io/v1\nkind: OnboardingConfiguration\n" + Rest)
            .ShouldHaveSingleItem().ShouldBeGolden();

    [Fact]
    public void Missing_apiVersion_and_kind_are_told_both() =>
        Problems(ResourceKinds.OnboardingConfiguration, Rest).ShouldBe(["1:1: apiVersion: is required", "1:1: kind: is required"]);

    [Fact]
    public void A_text_of_a_megabyte_is_read_and_one_byte_more_is_not()
    {
        string padding = new('#', (1024 * 1024) - OnboardingHead.Length - Rest.Length);

        ReadValid(ResourceKinds.OnboardingConfiguration, OnboardingHead + Rest + padding);
        Problems(ResourceKinds.OnboardingConfiguration, OnboardingHead + Rest + padding + "#")
            .ShouldHaveSingleItem().ShouldBeGolden();
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("{a: ", "}")]
    [InlineData("- ", "")]
    public void Ten_thousand_levels_are_refused(string open, string close) =>
        Problems(ResourceKinds.OnboardingConfiguration, string.Concat(Enumerable.Repeat(open, 10_000)) + "1" + string.Concat(Enumerable.Repeat(close, 10_000)))
            .ShouldHaveSingleItem().ShouldContain("nested");

    [Fact]
    public void An_alias_bomb_is_counted_and_not_expanded()
    {
        StringBuilder bomb = new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++)
        {
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Problems(ResourceKinds.OnboardingConfiguration, bomb.ToString())
            .ShouldHaveSingleItem().ShouldBeGolden();
    }

    [Fact]
    public void A_merge_bomb_is_counted_too()
    {
        StringBuilder bomb = new("a0: &a0 {k: [x, x, x, x, x, x, x, x, x, x, x, x]}\n");
        for (int i = 1; i < 20; i++)
        {
            bomb.Append($"a{i}: &a{i} {{{string.Join(", ", Enumerable.Range(0, 10).Select(k => $"k{k}: {{<<: *a{i - 1}}}"))}}}\n");
        }

        Problems(ResourceKinds.OnboardingConfiguration, bomb.ToString()).ShouldHaveSingleItem().ShouldBeGolden();
    }

    [Fact]
    public void Depth_is_counted_through_aliases()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40));

        Problems(ResourceKinds.OnboardingConfiguration, $"a: &a {deep}\nb: {deep[..40]}*a{deep[40..]}")
            .ShouldHaveSingleItem().ShouldBeGolden();
    }

    [Fact]
    public void More_values_than_the_limit_are_refused_in_json() =>
        Problems(ResourceKinds.OnboardingConfiguration, $"[{string.Join(',', Enumerable.Repeat("1", 100_001))}]")
            .ShouldHaveSingleItem().ShouldBeGolden();

    [Theory]
    [InlineData(new byte[] { 0x61, 0x3a, 0x0a, 0xc3, 0x28 }, "2:1: holds the byte 0xC3, which isn't UTF-8 here")]
    [InlineData(new byte[] { 0x61, 0xff }, "1:2: holds the byte 0xFF, which isn't UTF-8 here")]
    [InlineData(new byte[] { 0x61, 0xe2, 0x82 }, "1:2: holds the byte 0xE2, which isn't UTF-8 here")]
    [InlineData(new byte[] { 0x61, 0x0a, 0x62, 0x00 }, "2:2: holds a NUL character")]
    [InlineData(new byte[] { 0x61, 0x07 }, "1:2: holds the control character U+0007")]
    [InlineData(new byte[] { 0xff, 0xfe, 0x61, 0x00 }, "1:1: is UTF-16; save it as UTF-8")]
    [InlineData(new byte[] { 0xfe, 0xff, 0x00, 0x61 }, "1:1: is UTF-16; save it as UTF-8")]
    public void What_is_no_text_is_told_with_its_place(byte[] bytes, string problem) =>
        ResourceReader.Read(ResourceKinds.OnboardingConfiguration, bytes).Problems.ShouldHaveSingleItem().ToString().ShouldContain(problem);

    [Fact]
    public void A_byte_order_mark_of_utf8_is_passed_over()
    {
        ReadResult<OnboardingConfiguration> result = ResourceReader.Read(
            ResourceKinds.OnboardingConfiguration, [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(OnboardingHead + Rest)]);

        result.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void An_unknown_field_far_from_any_known_one_lists_those() =>
        Problems(ResourceKinds.OnboardingConfiguration, OnboardingHead + Rest + "colour: red\n")
            .ShouldHaveSingleItem().ShouldBeGolden();
}
