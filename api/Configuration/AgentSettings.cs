using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Settings of the agent.</summary>
public sealed record AgentSettings
{
    /// <summary>Timeout and retries of plugin calls; they don't apply to calls of the plane.</summary>
    public ConnectionSettings Connection { get; init; } = new();

    internal static AgentSettings Read(MapReader reader) =>
        new() { Connection = reader.Message("connection", ConnectionSettings.Read) ?? new ConnectionSettings() };

    internal JsonObject? ToJson() => Connection.ToJson() is { } connection ? new JsonObject { ["connection"] = connection } : null;
}
