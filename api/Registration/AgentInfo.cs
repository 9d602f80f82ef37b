using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Registration;

/// <summary>The agent.</summary>
/// <param name="Version">Its version, e.g. <c>v0.1.0</c>.</param>
public sealed record AgentInfo(string Version)
{
    internal static AgentInfo Read(MapReader reader) => new(reader.RequiredText("version"));

    internal JsonObject ToJson() => new JsonObject().With("version", Version);
}
