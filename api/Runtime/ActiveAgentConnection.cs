using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>An agent's connection.</summary>
/// <param name="ConnectedTo">Name of the plane instance that holds it; not empty.</param>
public sealed record ActiveAgentConnection(string ConnectedTo)
{
    internal static ActiveAgentConnection? FromJson(JsonObject? json) =>
        json?.TextOf("connectedTo") is { Length: > 0 } instance ? new ActiveAgentConnection(instance) : null;

    internal JsonObject ToJson() => new JsonObject().With("connectedTo", ConnectedTo);
}
