namespace Onboarding.Plane.Hosting;

/// <summary>How much is logged, by category: <c>default=warn,Onboarding.Endpoint=debug</c>, in the words of users of Tetrate's product.</summary>
internal static class LogLevels
{
    /// <summary>The variable that the operator sets from the OnboardingPlane.</summary>
    public const string Variable = "ONBOARDING_LOG_LEVELS";

    /// <summary>Category of all that no other is named for.</summary>
    public const string Default = "default";

    /// <summary>The levels that a text names. What can't be read is left out: a plane that doesn't start over a log is worse.</summary>
    public static IReadOnlyList<(string Category, LogLevel Level)> Read(string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2 && pair[0].Length > 0)
            .Select(pair => (pair[0], Level: LevelOf(pair[1])))
            .Where(pair => pair.Level is not null)
            .Select(pair => (pair.Item1, pair.Level!.Value)),
    ];

    /// <summary>Sets them.</summary>
    public static void Apply(ILoggingBuilder logging, string? text)
    {
        foreach ((string category, LogLevel level) in Read(text))
        {
            if (category == Default)
            {
                logging.SetMinimumLevel(level);
            }
            else
            {
                logging.AddFilter(category, level);
            }
        }
    }

    private static LogLevel? LevelOf(string word) => word switch
    {
        "none" => LogLevel.None,
        "error" => LogLevel.Error,
        "warn" => LogLevel.Warning,
        "info" => LogLevel.Information,
        "debug" => LogLevel.Debug,
        _ => null,
    };
}
