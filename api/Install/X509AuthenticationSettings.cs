using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: authentication by X.509 certificates, with proof that the caller has the key.</summary>
public sealed record X509AuthenticationSettings
{
    /// <summary>The only authorities whose certificates are accepted; at least one.</summary>
    public IReadOnlyList<X509Authority> Authorities { get; init; } = [];

    internal static X509AuthenticationSettings Read(MapReader reader) =>
        new() { Authorities = reader.Messages("authorities", X509Authority.Read, required: true) };

    internal JsonObject ToJson() => new JsonObject().With("authorities", Authorities, authority => authority.ToJson());
}
