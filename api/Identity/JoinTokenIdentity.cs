using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>Identity proved by a join token that an operator made. Both parts name the workload: a token admits one host, once.</summary>
public sealed record JoinTokenIdentity
{
    /// <summary>Namespace of the token, and of the group it is for.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the token.</summary>
    public required string Name { get; init; }

    internal static JoinTokenIdentity Read(MapReader reader) => new()
    {
        Namespace = reader.RequiredText("namespace", Checks.DnsLabel),
        Name = reader.RequiredText("name", Checks.DnsSubdomain),
    };

    internal JsonObject ToJson() => new JsonObject().With("namespace", Namespace).With("name", Name);
}
