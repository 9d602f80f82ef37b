using System.Diagnostics;
using Onboarding.Plane.Telemetry;
using OpenTelemetry.Trace;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Telemetry;

public sealed class PlaneSamplerTests
{
    [Theory]
    [InlineData(ActivityTraceFlags.Recorded)]
    [InlineData(ActivityTraceFlags.None)]
    public void A_caller_does_not_decide_whether_its_call_is_exported(ActivityTraceFlags flags)
    {
        Decide(PlaneSampler.FromShare("0"), flags).ShouldBe(SamplingDecision.Drop);
        Decide(PlaneSampler.FromShare("1"), flags).ShouldBe(SamplingDecision.RecordAndSample);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a half")]
    [InlineData("-1")]
    [InlineData("2")]
    [InlineData("NaN")]
    public void What_is_no_share_keeps_all(string? share) =>
        Decide(PlaneSampler.FromShare(share), ActivityTraceFlags.None).ShouldBe(SamplingDecision.RecordAndSample);

    private static SamplingDecision Decide(Sampler sampler, ActivityTraceFlags flags)
    {
        ActivityTraceId trace = ActivityTraceId.CreateRandom();
        var parent = new ActivityContext(trace, ActivitySpanId.CreateRandom(), flags, isRemote: true);
        return sampler.ShouldSample(new SamplingParameters(parent, trace, "call", ActivityKind.Server)).Decision;
    }
}
