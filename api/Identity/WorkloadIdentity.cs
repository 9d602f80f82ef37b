using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>
/// Who a workload was proved to be; exactly one member is set (reference section 2.8). Made by authentication only, from bytes
/// that a signature covers.
/// </summary>
public sealed record WorkloadIdentity
{
    /// <summary>Proved by a JSON Web Token.</summary>
    public JwtIdentity? Jwt { get; init; }

    /// <summary>Proved by AWS.</summary>
    public AwsIdentity? Aws { get; init; }

    /// <summary>The identity as JSON, as <c>spec.identity</c> and the token's <c>claims.workload</c> hold it.</summary>
    public JsonObject ToJson() => new JsonObject().With("jwt", Jwt?.ToJson()).With("aws", Aws?.ToJson());

    internal static WorkloadIdentity Read(MapReader reader)
    {
        reader.OneOf(required: true, "jwt", "aws");
        return new WorkloadIdentity
        {
            Jwt = reader.Message("jwt", JwtIdentity.Read),
            Aws = reader.Message("aws", AwsIdentity.Read),
        };
    }
}
