using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api.Identity;

namespace Onboarding.Endpoint.Tokens;

/// <summary>The <c>claims.workload</c> of an onboarding token: a WorkloadIdentity as it is in a registration.</summary>
internal static class IdentityClaim
{
    /// <summary>The identity as it goes into a token.</summary>
    public static JsonObject Write(WorkloadIdentity identity) => identity.ToJson();

    /// <summary>Reads what <see cref="Write"/> wrote, out of a token whose signature was checked.</summary>
    /// <exception cref="InvalidOperationException">It isn't an identity: another version of the plane made the token.</exception>
    public static WorkloadIdentity Read(JsonElement claim) =>
        WorkloadIdentity.FromJson(JsonObject.Create(claim)!).Value ?? throw new InvalidOperationException("The claim isn't an identity.");
}
