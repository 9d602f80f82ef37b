using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>How onboarding tokens are issued.</summary>
public sealed record TokenIssuerSettings
{
    /// <summary>JSON Web Tokens, the only kind there is.</summary>
    public JwtTokenIssuerSettings Jwt { get; init; } = new();

    internal static TokenIssuerSettings Read(MapReader reader) =>
        new() { Jwt = reader.Message("jwt", JwtTokenIssuerSettings.Read) ?? new JwtTokenIssuerSettings() };

    internal JsonObject? ToJson() => Jwt.ToJson() is { } jwt ? new JsonObject { ["jwt"] = jwt } : null;
}
