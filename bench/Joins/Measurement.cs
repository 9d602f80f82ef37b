using System.Diagnostics;
using System.Globalization;

namespace Onboarding.Bench.Joins;

/// <summary>Many runs of one thing: how many per second, and how long each took.</summary>
internal sealed class Measurement(string what, TimeSpan elapsed, IReadOnlyList<double> milliseconds)
{
    public int Count => milliseconds.Count;

    public double PerSecond { get; } = milliseconds.Count / elapsed.TotalSeconds;

    public static async Task<Measurement> TakeAsync(string what, JoinBenchmarkOptions options, Func<int, Task> run)
    {
        double[] milliseconds = new double[options.Count];
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(
            0,
            options.Count,
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallel },
            async (i, _) =>
            {
                long begun = Stopwatch.GetTimestamp();
                await run(i);
                milliseconds[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            });
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Array.Sort(milliseconds);
        return new Measurement(what, elapsed, milliseconds);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-28} {PerSecond,8:0.0} /s   p50 {Percentile(0.5),7:0.0} ms   p99 {Percentile(0.99),7:0.0} ms");

    public double Percentile(double share) => milliseconds[(int)Math.Min(milliseconds.Count - 1, milliseconds.Count * share)];
}
