using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Ours: a projected service-account token of the plane's cluster, made for the plane's uid.</summary>
public sealed record KubernetesSource
{
    private const string DefaultFile = "/var/run/secrets/tokens/onboarding-token";

    /// <summary>The token's file.</summary>
    public string TokenFile { get; init; } = DefaultFile;

    internal static KubernetesSource Read(MapReader reader) =>
        new() { TokenFile = reader.Text("tokenFile", Checks.NotEmpty) ?? DefaultFile };

    internal JsonObject ToJson() => new JsonObject().With("tokenFile", TokenFile == DefaultFile ? null : TokenFile);
}
