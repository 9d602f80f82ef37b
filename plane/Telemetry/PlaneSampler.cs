using System.Globalization;
using OpenTelemetry.Trace;

namespace Onboarding.Plane.Telemetry;

/// <summary>
/// Which traces are kept: <c>OTEL_TRACES_SAMPLER_ARG</c> of them (0 to 1, default 1), by the trace's id. Attack: a parent-based sampler does what the
/// caller's <c>traceparent</c> says, so that a stranger could have every call exported, or none of its own. Here a trace's id decides, and agent, endpoint
/// and the Kubernetes API still keep the same ones.
/// </summary>
internal static class PlaneSampler
{
    private const string Variable = "OTEL_TRACES_SAMPLER_ARG";

    /// <summary>Takes the share that the environment names.</summary>
    public static Sampler FromEnvironment() => FromShare(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Takes the share that a text names; what isn't one is 1.</summary>
    public static Sampler FromShare(string? share) => new TraceIdRatioBasedSampler(
        double.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1 ? value : 1);
}
