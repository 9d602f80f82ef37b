using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>Who used a one-use credential.</summary>
public sealed record CredentialUseSpec
{
    /// <summary>The identity it proved, in canonical form (<see cref="Onboarding.Api.Identity.CanonicalIdentity"/>).</summary>
    public required string Identity { get; init; }

    /// <summary>Thumbprint (RFC 7638, SHA-256, base64url: 43 characters) of the key it came with.</summary>
    public required string Jkt { get; init; }

    /// <summary>When the credential expires.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    internal static CredentialUseSpec Read(MapReader reader)
    {
        DateTimeOffset? expiresAt = reader.Time("expiresAt");
        if (expiresAt is null && !reader.Has("expiresAt"))
        {
            reader.Error("expiresAt", ProblemReason.Required, "is required");
        }

        return new CredentialUseSpec
        {
            Identity = reader.RequiredText("identity"),
            Jkt = reader.RequiredText("jkt", WorkloadKeyBindingSpec.CheckThumbprint),
            ExpiresAt = expiresAt ?? default,
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("identity", Identity)
        .With("jkt", Jkt)
        .With("expiresAt", TimeText.Format(ExpiresAt));
}
