using System.Diagnostics.Metrics;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Tests.Integration.Telemetry;

/// <summary>Names of all metrics of the endpoints and operators of this process, as Prometheus has them, whether anything was counted or not.</summary>
internal static class MetricCatalog
{
    public static IReadOnlyList<string> Names()
    {
        List<string> names = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == PlaneMetrics.Source)
                {
                    lock (names)
                    {
                        names.AddRange(Prometheus(instrument));
                    }
                }
            },
        };
        listener.Start();
        return [.. names.Distinct()];
    }

    // https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1
    private static IEnumerable<string> Prometheus(Instrument instrument)
    {
        string name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "");
        Type kind = instrument.GetType().GetGenericTypeDefinition();
        return kind == typeof(Histogram<>) ? [name + "_bucket", name + "_count", name + "_sum"]
            : kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? [name + "_total"]
            : [name];
    }
}
