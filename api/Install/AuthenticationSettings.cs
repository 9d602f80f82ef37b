using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>How workloads are authenticated.</summary>
public sealed record AuthenticationSettings
{
    /// <summary>By JSON Web Tokens; null: no token is accepted.</summary>
    public JwtAuthenticationSettings? Jwt { get; init; }

    internal static AuthenticationSettings Read(MapReader reader) => new() { Jwt = reader.Message("jwt", JwtAuthenticationSettings.Read) };

    internal JsonObject? ToJson() => Jwt is null ? null : new JsonObject { ["jwt"] = Jwt.ToJson() };
}
