using System.Globalization;

namespace Onboarding.Bench.Sessions;

/// <summary>How many.</summary>
/// <param name="Count">Idle sessions, and idle streams of bare Kestrel.</param>
internal sealed record SessionBenchmarkOptions(int Count = 10_000)
{
    public static SessionBenchmarkOptions? TryRead(string[] arguments) => arguments switch
    {
        [] => new SessionBenchmarkOptions(),
        ["--count", string text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > SessionBenchmark.Few =>
            new SessionBenchmarkOptions(count),
        _ => null,
    };
}
