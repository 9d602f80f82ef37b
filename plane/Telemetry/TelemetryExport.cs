using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Onboarding.Plane.Telemetry;

/// <summary>
/// Where metrics and traces go: to a Prometheus scrape on the management port, and by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says so. The variables
/// are OpenTelemetry's own (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    /// <summary>OpenTelemetry's variable for where OTLP goes.</summary>
    public const string OtlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly TracerProvider? _traces;

    private TelemetryExport(MeterProvider? metrics, TracerProvider? traces)
    {
        Metrics = metrics;
        _traces = traces;
    }

    /// <summary>Collects the metrics; null if no one asks for them.</summary>
    public MeterProvider? Metrics { get; }

    /// <summary>Begins to collect what is asked for; nothing is collected, and costs nothing, if nothing is.</summary>
    /// <param name="service">The program's name.</param>
    /// <param name="instance">The replica's name.</param>
    /// <param name="metrics">Its instruments.</param>
    /// <param name="isScraped">A scrape is served.</param>
    public static TelemetryExport Start(string service, string instance, PlaneMetrics metrics, bool isScraped)
    {
        bool isPushed = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(OtlpVariable));
        ResourceBuilder resource = ResourceBuilder.CreateDefault()
            .AddService(service, serviceVersion: metrics.Version, serviceInstanceId: instance)
            .AddEnvironmentVariableDetector();
        return new TelemetryExport(
            isScraped || isPushed ? Collect(resource, metrics, isScraped, isPushed) : null,
            isPushed ? Trace(resource) : null);
    }

    /// <summary>Sends what is left and ends.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        Metrics?.Dispose();
    }

    private static MeterProvider Collect(ResourceBuilder resource, PlaneMetrics metrics, bool isScraped, bool isPushed)
    {
        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)

            // A process may hold an endpoint and an operator: each exports its own instruments.
            .AddMeter(PlaneMetrics.Source)
            .AddMeter("Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime")
            .AddView(instrument => instrument.Meter.Name == PlaneMetrics.Source && instrument.Meter.Scope != metrics ? MetricStreamConfiguration.Drop : null);
        if (isScraped)
        {
            builder.AddPrometheusExporter();
        }

        if (isPushed)
        {
            builder.AddOtlpExporter();
        }

        return builder.Build();
    }

    private static TracerProvider Trace(ResourceBuilder resource) => Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(resource)
        .AddSource(PlaneMetrics.Source, "System.Net.Http")
        .AddAspNetCoreInstrumentation()
        .SetSampler(PlaneSampler.FromEnvironment())
        .AddOtlpExporter()
        .Build();
}
