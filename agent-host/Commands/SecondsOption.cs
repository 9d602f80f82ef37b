using System.CommandLine;
using System.Globalization;

namespace Onboarding.AgentHost.Commands;

/// <summary>Options that are a number of seconds.</summary>
internal static class SecondsOption
{
    // An hour: no one waits longer for a sidecar, and what is meant in milliseconds shall be seen.
    private const int Longest = 3600;

    /// <summary>Makes one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    public static Option<int?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "seconds",
        CustomParser = parsed =>
        {
            string text = parsed.Tokens.Count == 1 ? parsed.Tokens[0].Value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= Longest)
            {
                return seconds;
            }

            parsed.AddError($"{name} is a number of seconds from 0 to {Longest}, not '{text}'.");
            return null;
        },
    };
}
