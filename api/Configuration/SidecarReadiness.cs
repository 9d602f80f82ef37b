using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Ours: a sidecar is ready when GET of this path on loopback answers 200.</summary>
public sealed record SidecarReadiness
{
    /// <summary>The path that is asked unless told otherwise.</summary>
    public const string DefaultPath = "/healthz/ready";

    /// <summary>Port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>Path, starting with a slash.</summary>
    public string Path { get; init; } = DefaultPath;

    internal static SidecarReadiness Read(MapReader reader)
    {
        if (!reader.Has("port"))
        {
            reader.Error("port", ProblemReason.Required, "is required");
        }

        return new SidecarReadiness
        {
            Port = reader.Port("port") ?? 0,
            Path = reader.OptionalText("path", value => value.StartsWith('/') ? null : "must start with '/'") ?? DefaultPath,
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("port", (long?)Port)
        .With("path", Path == DefaultPath ? null : Path);
}
