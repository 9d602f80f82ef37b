using System.Text.Json;
using Onboarding.Plane.Settings;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

public sealed class AttributePathTests
{
    [Theory]
    [InlineData(".a", "a")]
    [InlineData("$.a", "a")]
    [InlineData(".a.b.c", "a|b|c")]
    [InlineData(@".https://corp\.example/attrs", "https://corp.example/attrs")]
    [InlineData(@".custom\ attributes", "custom attributes")]
    [InlineData(@".a\\b", @"a\b")]
    [InlineData(@".a\[0\]", "a[0]")]
    [InlineData(@".with-dash_and:colon", "with-dash_and:colon")]
    public void A_path_is_names_joined_by_dots(string path, string names) =>
        AttributePath.Parse(path).Names.ShouldBe(names.Split('|'));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("$")]
    [InlineData("$a")]
    [InlineData(".")]
    [InlineData("..a")]
    [InlineData(".a.")]
    [InlineData(".a..b")]
    [InlineData(".a[0]")]
    [InlineData("$['a']")]
    [InlineData(".*")]
    [InlineData(".a b")]
    [InlineData(@".a\")]
    public void Anything_else_is_refused(string path) => Should.Throw<FormatException>(() => AttributePath.Parse(path));

    [Fact]
    public void It_leads_into_nested_claims()
    {
        using JsonDocument claims = JsonDocument.Parse("""{"a":{"b.c":{"role":"x"}},"d":1}""");

        AttributePath.Parse(@".a.b\.c").Find(claims.RootElement)!.Value.GetRawText().ShouldBe("""{"role":"x"}""");
        AttributePath.Parse(".a.missing").Find(claims.RootElement).ShouldBeNull();
        AttributePath.Parse(".d.e").Find(claims.RootElement).ShouldBeNull();
    }
}
