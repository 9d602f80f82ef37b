using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Where output of the sidecar goes.</summary>
public sealed record SidecarOutput
{
    /// <summary>A file; relative to the agent's working directory. <c>/dev/stdout</c> and <c>/dev/stderr</c> are the agent's own.</summary>
    public string? Filename { get; init; }

    internal static SidecarOutput Read(MapReader reader) => new() { Filename = reader.Text("filename", Checks.NotEmpty) };

    internal JsonObject ToJson() => new JsonObject().With("filename", Filename);
}
