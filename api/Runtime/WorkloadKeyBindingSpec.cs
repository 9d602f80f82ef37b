using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>Which key an identity is bound to.</summary>
public sealed record WorkloadKeyBindingSpec
{
    /// <summary>The identity in canonical form (<see cref="Onboarding.Api.Identity.CanonicalIdentity"/>).</summary>
    public required string Identity { get; init; }

    /// <summary>Thumbprint (RFC 7638, SHA-256, base64url: 43 characters) of the key.</summary>
    public required string Jkt { get; init; }

    /// <summary>The group the workload asked for when the binding was made; for people.</summary>
    public WorkloadGroupReference? CreatedFor { get; init; }

    internal static WorkloadKeyBindingSpec Read(MapReader reader) => new()
    {
        Identity = reader.RequiredText("identity"),
        Jkt = reader.RequiredText("jkt", CheckThumbprint),
        CreatedFor = reader.Message("createdFor", WorkloadGroupReference.Read),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("identity", Identity)
        .With("jkt", Jkt)
        .With("createdFor", CreatedFor?.ToJson());

    internal static string? CheckThumbprint(string value) =>
        value.Length == 43 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? null
            : "must be a SHA-256 key thumbprint: 43 characters of base64url";
}
