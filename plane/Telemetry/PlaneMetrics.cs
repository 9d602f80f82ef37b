using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Onboarding.Plane.Telemetry;

/// <summary>
/// What endpoint and operator count. No label has a value that a machine chooses, such as its name or its labels: a hostile caller could
/// make a series for each call, and a scrape is read by people who may not see members.
/// </summary>
internal sealed class PlaneMetrics : IDisposable
{
    /// <summary>Name of the meter and of the source of spans.</summary>
    public const string Source = "Onboarding";

    // Bounds of the semantic conventions for durations of calls (s).
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly Counter<long> _decisions;
    private readonly Histogram<double> _compile;

    public PlaneMetrics()
    {
        Version = (Assembly.GetEntryAssembly() ?? typeof(PlaneMetrics).Assembly)
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
        Meter = new Meter(new MeterOptions(Source) { Version = Version, Scope = this });
        _decisions = Meter.CreateCounter<long>(MetricNames.Decisions, "{decision}", "Decisions of the plane.");
        _compile = Duration(MetricNames.PolicyCompileDuration, "Time to compile the policies of a namespace after a change.");
        Gauge(MetricNames.BuildInfo, "1, with the program's version.", () => [new(1, new KeyValuePair<string, object?>("service.version", Version))]);
    }

    /// <summary>Version of the running program.</summary>
    public string Version { get; }

    /// <summary>The meter that all instruments of this program belong to.</summary>
    public Meter Meter { get; }

    /// <summary>Counts a decision.</summary>
    /// <param name="action">What was asked for.</param>
    /// <param name="refused">The reason code, if it was refused.</param>
    public void Decided(string action, string? refused) => _decisions.Add(
        1,
        new TagList
        {
            { "action", action },
            { "outcome", refused is null ? "allow" : "deny" },
            { "reason", refused ?? "" },
        });

    /// <summary>Records how long a namespace's policies took to compile.</summary>
    public void Compiled(TimeSpan took) => _compile.Record(took.TotalSeconds);

    /// <summary>Makes a histogram of seconds.</summary>
    public Histogram<double> Duration(string name, string description) => Meter.CreateHistogram(name, "s", description, [], Seconds);

    /// <summary>Makes a gauge that is read when it is scraped.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it measures.</param>
    /// <param name="measure">The values; called on any thread.</param>
    /// <param name="unit">Its unit.</param>
    public void Gauge(string name, string description, Func<IEnumerable<Measurement<double>>> measure, string? unit = null) =>
        Meter.CreateObservableGauge(name, measure, unit, description);

    /// <summary>Makes a gauge with one value.</summary>
    public void Gauge(string name, string description, Func<double> measure, string? unit = null) =>
        Meter.CreateObservableGauge(name, measure, unit, description);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
