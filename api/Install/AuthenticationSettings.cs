using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>How workloads are authenticated.</summary>
public sealed record AuthenticationSettings
{
    /// <summary>By JSON Web Tokens; null: no token is accepted.</summary>
    public JwtAuthenticationSettings? Jwt { get; init; }

    /// <summary>Ours: by what AWS says of its instances and tasks; null: none is accepted.</summary>
    public AwsAuthenticationSettings? Aws { get; init; }

    internal static AuthenticationSettings Read(MapReader reader) => new()
    {
        Jwt = reader.Message("jwt", JwtAuthenticationSettings.Read),
        Aws = reader.Message("aws", AwsAuthenticationSettings.Read),
    };

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("jwt", Jwt?.ToJson())
            .With("aws", Aws?.ToJson());
        return json.Count == 0 ? null : json;
    }
}
