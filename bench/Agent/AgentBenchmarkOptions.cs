using System.Globalization;

namespace Onboarding.Bench.Agent;

/// <summary>What to measure.</summary>
/// <param name="Program">The published agent; null publishes one.</param>
/// <param name="Starts">How many starts the median is of.</param>
/// <param name="IdleSeconds">How long the agent is left alone before its memory is read.</param>
/// <param name="Beside">An agent of the distribution's to compare with; null for what PATH has.</param>
internal sealed record AgentBenchmarkOptions(string? Program = null, int Starts = 10, int IdleSeconds = 20, string? Beside = null)
{
    public static AgentBenchmarkOptions? TryRead(string[] arguments)
    {
        var options = new AgentBenchmarkOptions();
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length)
            {
                return null;
            }

            bool isCount = int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0;
            AgentBenchmarkOptions? read = arguments[i] switch
            {
                "--agent" => options with { Program = Path.GetFullPath(arguments[i + 1]) },
                "--beside" => options with { Beside = Path.GetFullPath(arguments[i + 1]) },
                "--starts" when isCount => options with { Starts = count },
                "--idle-seconds" when isCount => options with { IdleSeconds = count },
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
