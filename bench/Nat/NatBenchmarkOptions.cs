using System.Globalization;

namespace Onboarding.Bench.Nat;

/// <summary>How much to do.</summary>
/// <param name="Count">Machines that join.</param>
/// <param name="Fresh">True if the attacker has a connection for each call.</param>
internal sealed record NatBenchmarkOptions(int Count = 1_000, bool Fresh = false)
{
    public static NatBenchmarkOptions? TryRead(string[] arguments)
    {
        var options = new NatBenchmarkOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--count" when i + 1 < arguments.Length
                    && int.TryParse(arguments[++i], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0:
                    options = options with { Count = count };
                    break;
                case "--fresh":
                    options = options with { Fresh = true };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
