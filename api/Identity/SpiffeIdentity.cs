using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>Identity proved by an SVID of a configured trust domain. Both parts name the workload.</summary>
public sealed record SpiffeIdentity
{
    /// <summary>Trust domain, e.g. <c>corp.example</c>.</summary>
    public required string TrustDomain { get; init; }

    /// <summary>Path with its slash, e.g. <c>/vm/web-1</c>; empty for the trust domain itself.</summary>
    public required string Path { get; init; }

    internal static SpiffeIdentity Read(MapReader reader) => new()
    {
        TrustDomain = reader.RequiredText("trustDomain", Checks.TrustDomain),
        Path = reader.Text("path", Checks.SpiffePath, required: true) ?? "",
    };

    internal JsonObject ToJson() => new JsonObject().With("trustDomain", TrustDomain).With("path", Path);
}
