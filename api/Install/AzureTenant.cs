using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: a tenant of Azure, and which of its subscriptions' machines are accepted.</summary>
public sealed record AzureTenant
{
    /// <summary>The tenant's id: a UUID.</summary>
    public required string TenantId { get; init; }

    /// <summary>Its subscriptions, UUIDs; at least one.</summary>
    public IReadOnlyList<string> Subscriptions { get; init; } = [];

    /// <summary>Where the keys for its tokens are fetched; null: where Microsoft publishes them.</summary>
    public string? JwksUri { get; init; }

    /// <summary>The keys themselves: a JSON Web Key Set.</summary>
    public string? Jwks { get; init; }

    internal static AzureTenant Read(MapReader reader)
    {
        reader.OneOf(required: false, "jwksUri", "jwks");
        return new AzureTenant
        {
            TenantId = reader.RequiredText("tenantId", Checks.Uuid),
            Subscriptions = reader.Texts("subscriptions", Checks.Uuid, required: true),
            JwksUri = reader.Text("jwksUri", Checks.HttpsUri),
            Jwks = reader.Text("jwks", JwksRules.Check),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("tenantId", TenantId)
        .With("subscriptions", Subscriptions)
        .With("jwksUri", JwksUri)
        .With("jwks", Jwks);
}
