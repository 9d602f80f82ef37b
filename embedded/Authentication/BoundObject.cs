using System.Text.Json.Nodes;
using Onboarding.Embedded.Kinds;

namespace Onboarding.Embedded.Authentication;

/// <summary>An object whose deletion invalidates a token.</summary>
/// <param name="Kind">Its kind: Secret or Pod.</param>
/// <param name="Value">The object as stored.</param>
internal sealed record BoundObject(Kind Kind, JsonObject Value)
{
    /// <summary>Kinds that tokens can be bound to.</summary>
    public static IReadOnlyList<Kind> Kinds { get; } = [CoreKinds.Pod, CoreKinds.Secret];

    /// <summary>The member of a token's private claims that names an object of a kind.</summary>
    public static string ClaimOf(Kind kind) => kind.Name.ToLowerInvariant();
}
