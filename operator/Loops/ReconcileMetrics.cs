using System.Diagnostics.Metrics;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Operator.Loops;

/// <summary>Measures how long reconcilers take, and how they end.</summary>
internal sealed class ReconcileMetrics(PlaneMetrics metrics, TimeProvider time)
{
    private readonly Histogram<double> _duration = metrics.Duration(MetricNames.ReconcileDuration, "Time of one look at the cluster.");

    /// <summary>A look has ended.</summary>
    /// <param name="reconciler">Whose look; its class's name is the label.</param>
    /// <param name="begun">When it began, a timestamp of the clock.</param>
    /// <param name="outcome"><c>done</c>, <c>failed</c>, <c>blind</c>: a store had a gap, and nothing was judged; or <c>behind</c>: it was put off.</param>
    public void Looked(Reconciler reconciler, long begun, string outcome) => _duration.Record(
        time.GetElapsedTime(begun).TotalSeconds,
        new KeyValuePair<string, object?>("reconciler", reconciler.GetType().Name),
        new KeyValuePair<string, object?>("outcome", outcome));
}
