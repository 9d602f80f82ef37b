using System.Text.Json;

namespace Onboarding.Quickstart.Demo;

/// <summary>One line of a piece's JSON log.</summary>
internal sealed record LogLine(string Level, string Message)
{
    /// <summary>Reads a line; one that isn't JSON comes from a crash, and is shown.</summary>
    public static LogLine Read(string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            return new LogLine(
                root.TryGetProperty("level", out JsonElement level) ? level.GetString() ?? "" : "",
                root.TryGetProperty("message", out JsonElement message) ? message.GetString() ?? "" : line);
        }
        catch (JsonException)
        {
            return new LogLine("warn", line);
        }
    }
}
