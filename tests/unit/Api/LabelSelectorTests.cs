using Onboarding.Api.Meta;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api;

public class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "cart", ["tier"] = "a" };

    [Fact]
    public void An_empty_selector_selects_everything() => new LabelSelector().Matches(Labels).ShouldBeTrue();

    [Theory]
    [InlineData("app", "cart", true)]
    [InlineData("app", "Cart", false)]
    [InlineData("none", "cart", false)]
    public void Labels_must_be_equal(string key, string value, bool matches) =>
        new LabelSelector { MatchLabels = new Dictionary<string, string> { ["tier"] = "a", [key] = value } }.Matches(Labels).ShouldBe(matches);

    [Theory]
    [InlineData("app", "In", "cart", true)]
    [InlineData("app", "In", "x", false)]
    [InlineData("none", "In", "x", false)]
    [InlineData("app", "NotIn", "cart", false)]
    [InlineData("app", "NotIn", "x", true)]
    [InlineData("none", "NotIn", "x", true)]
    [InlineData("app", "Exists", null, true)]
    [InlineData("none", "Exists", null, false)]
    [InlineData("app", "DoesNotExist", null, false)]
    [InlineData("none", "DoesNotExist", null, true)]
    [InlineData("app", "Unheard", null, false)]
    public void Expressions_are_those_of_Kubernetes(string key, string name, string? value, bool matches) =>
        new LabelSelector
        {
            MatchExpressions = [new LabelSelectorRequirement { Key = key, Operator = name, Values = value is null ? [] : ["other", value] }],
        }.Matches(Labels).ShouldBe(matches);
}
