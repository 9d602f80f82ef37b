using System.Reflection;
using Onboarding.Api;
using Onboarding.Client.Errors;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ControlTests;

public sealed class RefusalErrorsTests
{
    private static readonly string[] Codes =
    [
        .. typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.IsLiteral && f.Name != nameof(Reasons.Domain)).Select(f => (string)f.GetRawConstantValue()!),
    ];

    [Theory]
    [InlineData("NOT_AUTHORIZED", "PolicyDenied")]
    [InlineData("KEY_MISMATCH", "KeyMismatch")]
    [InlineData("INTERNAL", "PlaneFailed")]
    [InlineData("SOMETHING_OF_A_NEWER_PLANE", "SomethingOfANewerPlane")]
    public void A_reason_code_has_an_error_id(string reason, string id) => RefusalErrors.IdOf(reason).ShouldBe(id);

    [Fact]
    public void No_two_reason_codes_share_one() => Codes.Select(RefusalErrors.IdOf).Distinct().Count().ShouldBe(Codes.Length);

    [Fact]
    public void A_plane_that_cant_decide_and_says_why_has_the_id_of_its_reason() =>
        RefusalErrors.IdOf(new OnboardingException(ErrorIds.PlaneFailed, "m", "n") { Reason = Reasons.RateLimited }).ShouldBe("RateLimited");

    [Fact]
    public void A_refusal_without_a_reason_of_the_plane_keeps_its_own_id()
    {
        RefusalErrors.IdOf(new OnboardingException(ErrorIds.PlaneRefused, "m", "n") { Reason = "PermissionDenied" }).ShouldBe("PlaneRefused");
        RefusalErrors.IdOf(new OnboardingException(ErrorIds.PlaneFailed, "m", "n") { Reason = "Internal" }).ShouldBe("PlaneFailed");
        RefusalErrors.IdOf(new OnboardingException(ErrorIds.ClockOff, "m", "n")).ShouldBe("ClockOff");
        RefusalErrors.IdOf(new OnboardingException(ErrorIds.PlaneRefused, "m", "n") { Reason = "NOT_AUTHORIZED" }).ShouldBe("PolicyDenied");
    }
}
