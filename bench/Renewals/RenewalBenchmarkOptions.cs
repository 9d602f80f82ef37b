using System.Globalization;

namespace Onboarding.Bench.Renewals;

/// <summary>What to count.</summary>
/// <param name="Program">The published agent; null publishes one.</param>
/// <param name="Renewals">How many onboarding tokens, and as many istio-tokens.</param>
/// <param name="Reconnects">How many sessions.</param>
internal sealed record RenewalBenchmarkOptions(string? Program = null, int Renewals = 10_000, int Reconnects = 1_000)
{
    public static RenewalBenchmarkOptions? TryRead(string[] arguments)
    {
        var options = new RenewalBenchmarkOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length)
            {
                return null;
            }

            bool isCount = int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 10;
            RenewalBenchmarkOptions? read = arguments[i] switch
            {
                "--agent" => options with { Program = Path.GetFullPath(arguments[i + 1]) },
                "--renewals" when isCount => options with { Renewals = count },
                "--reconnects" when isCount => options with { Reconnects = count },
                _ => null,
            };
            if (read is null)
            {
                return null;
            }

            options = read;
        }

        return options;
    }
}
