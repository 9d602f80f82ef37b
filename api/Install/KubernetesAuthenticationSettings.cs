using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: authentication by service-account tokens of the plane's own cluster. Set, even if empty: they are accepted.</summary>
public sealed record KubernetesAuthenticationSettings
{
    /// <summary>The only namespaces whose service accounts are accepted, whatever policies say; empty leaves it to policies.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    internal static KubernetesAuthenticationSettings Read(MapReader reader) => new() { Namespaces = reader.Texts("namespaces", Checks.DnsLabel) };

    internal JsonObject ToJson() => new JsonObject().With("namespaces", Namespaces);
}
