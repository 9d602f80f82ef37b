using System.Globalization;

namespace Onboarding.Tests.Integration.Telemetry;

/// <summary>One scrape, in the text format of Prometheus: series with their values.</summary>
internal sealed class Scrape
{
    private readonly IReadOnlyList<(string Series, double Value)> _samples;

    private Scrape(string text)
    {
        Text = text;
        _samples =
        [
            .. text.Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => (line[..line.LastIndexOf('}')], Value(line))),
        ];
    }

    /// <summary>All of it.</summary>
    public string Text { get; }

    /// <summary>Names of the metrics that have a series.</summary>
    public IReadOnlyList<string> Names => [.. _samples.Select(s => s.Series.Split('{')[0]).Distinct()];

    public static async Task<Scrape> TakeAsync(int port)
    {
        using var http = new HttpClient();
        return new Scrape(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics")));
    }

    /// <summary>Sum of the series of a metric that have all of these labels; null if there is none.</summary>
    public double? Sum(string name, params string[] labels)
    {
        double[] values = [.. _samples.Where(s => s.Series.Split('{')[0] == name && labels.All(l => s.Series.Contains(l, StringComparison.Ordinal))).Select(s => s.Value)];
        return values.Length == 0 ? null : values.Sum();
    }

    // name{labels} value [timestamp]
    private static double Value(string line) =>
        double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
}
