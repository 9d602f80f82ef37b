using System.Text.Json;

namespace Onboarding.Quickstart.Demo;

/// <summary>One line of a piece's JSON log.</summary>
internal sealed record AgentLogLine(string Level, string Event, string Message)
{
    /// <summary>Reads a line; one that isn't JSON comes from a crash, and is shown.</summary>
    public static AgentLogLine Read(string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            return new AgentLogLine(
                Text(root, "level") ?? "",
                Text(root, "event") ?? "",
                Text(root, "message") ?? line);
        }
        catch (JsonException)
        {
            return new AgentLogLine("warn", "", line);
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
