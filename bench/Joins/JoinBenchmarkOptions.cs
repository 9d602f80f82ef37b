using System.Globalization;

namespace Onboarding.Bench.Joins;

/// <summary>How much to do.</summary>
/// <param name="Count">Joins, and plain creates, that are measured.</param>
/// <param name="Parallel">How many at a time.</param>
/// <param name="Server">The only API server to measure on; null for each that there is.</param>
internal sealed record JoinBenchmarkOptions(int Count, int Parallel, string? Server = null)
{
    public const string Embedded = "embedded";
    public const string Real = "real";
    public const int DefaultCount = 1000;
    public const int DefaultParallel = 16;

    public static JoinBenchmarkOptions? TryRead(string[] arguments)
    {
        var options = new JoinBenchmarkOptions(DefaultCount, DefaultParallel);
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (arguments[i..] is ["--server", Embedded or Real, ..])
            {
                options = options with { Server = arguments[i + 1] };
                continue;
            }

            if (i + 1 == arguments.Length ||
                !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
            {
                return null;
            }

            switch (arguments[i])
            {
                case "--count":
                    options = options with { Count = number };
                    break;
                case "--parallel":
                    options = options with { Parallel = number };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
