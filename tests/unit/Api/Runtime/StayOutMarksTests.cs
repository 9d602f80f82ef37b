using Onboarding.Api;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Runtime;

public sealed class StayOutMarksTests
{
    private const string One = "shop/cart-jwt-corp--vm-1";
    private const string Other = "shop/ratings-jwt-corp--vm-1";

    [Fact]
    public void Each_registration_has_a_mark_of_its_own()
    {
        V1ObjectMeta one = Marked(StayOutMarks.With(Marked(null), One, "kernel \"update\""));
        StayOutMarks.ReasonFor(one, One).ShouldBe("kernel \"update\"");
        StayOutMarks.ReasonFor(one, Other).ShouldBeNull();
        StayOutMarks.Names(one, One).ShouldBeTrue();
        StayOutMarks.Names(one, Other).ShouldBeFalse();

        V1ObjectMeta both = Marked(StayOutMarks.With(one, Other, "moved"));
        V1ObjectMeta second = Marked(StayOutMarks.Without(both, One));
        StayOutMarks.ReasonFor(second, One).ShouldBeNull();
        StayOutMarks.ReasonFor(second, Other).ShouldBe("moved");
        StayOutMarks.Without(second, Other).ShouldBeNull();
    }

    [Theory]
    [InlineData("maintenance")]
    [InlineData("{not json")]
    [InlineData("[\"a list\"]")]
    public void What_was_written_by_hand_is_a_reason_for_all(string text)
    {
        StayOutMarks.ReasonFor(Marked(text), One).ShouldBe(text);
        StayOutMarks.With(Marked(text), One, "other").ShouldBe(text);
        StayOutMarks.Names(Marked(text), One).ShouldBeFalse();
        StayOutMarks.Without(Marked(text), One).ShouldBeNull();
    }

    [Fact]
    public void Without_a_mark_nobody_stays_out()
    {
        StayOutMarks.ReasonFor(Marked(null), One).ShouldBeNull();
        StayOutMarks.ReasonFor(Marked("{}"), One).ShouldBeNull();
        StayOutMarks.ReasonFor(Marked($$"""{"{{One}}": null}"""), One).ShouldBeNull();
    }

    private static V1ObjectMeta Marked(string? text) => new()
    {
        Name = "binding",
        Annotations = text is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [WellKnownAnnotations.StayOut] = text },
    };
}
