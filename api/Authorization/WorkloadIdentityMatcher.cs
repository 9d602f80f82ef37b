using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Authorization;

/// <summary>Matches identities of one platform. Exactly one member is set.</summary>
public sealed record WorkloadIdentityMatcher
{
    /// <summary>Proved by AWS.</summary>
    public AwsMatcher? Aws { get; init; }

    /// <summary>Proved by a JSON Web Token.</summary>
    public JwtMatcher? Jwt { get; init; }

    internal static WorkloadIdentityMatcher Read(MapReader reader)
    {
        reader.OneOf(required: true, "aws", "jwt");
        return new WorkloadIdentityMatcher
        {
            Aws = reader.Message("aws", AwsMatcher.Read),
            Jwt = reader.Message("jwt", JwtMatcher.Read),
        };
    }

    internal JsonObject ToJson() => new JsonObject().With("aws", Aws?.ToJson()).With("jwt", Jwt?.ToJson());
}
