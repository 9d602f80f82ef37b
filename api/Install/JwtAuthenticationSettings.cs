using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Authentication by JSON Web Tokens.</summary>
public sealed record JwtAuthenticationSettings
{
    /// <summary>The only issuers whose tokens are accepted. Issuer and short name are unique.</summary>
    public IReadOnlyList<JwtIssuer> Issuers { get; init; } = [];

    internal static JwtAuthenticationSettings Read(MapReader reader)
    {
        HashSet<string> issuers = new(StringComparer.Ordinal);
        HashSet<string> shortNames = new(StringComparer.Ordinal);
        return new JwtAuthenticationSettings { Issuers = reader.Messages("issuers", item => ReadUnique(item, issuers, shortNames)) };
    }

    internal JsonObject ToJson() => new JsonObject().With("issuers", Issuers, issuer => issuer.ToJson());

    private static JwtIssuer ReadUnique(MapReader reader, HashSet<string> issuers, HashSet<string> shortNames)
    {
        JwtIssuer issuer = JwtIssuer.Read(reader);
        if (issuer.Issuer.Length != 0 && !issuers.Add(issuer.Issuer))
        {
            reader.Error("issuer", ProblemReason.Duplicate, $"is listed before: \"{issuer.Issuer}\"");
        }

        // Two issuers of one short name would make one registration of two identities.
        if (issuer.ShortName.Length != 0 && !shortNames.Add(issuer.ShortName))
        {
            reader.Error("shortName", ProblemReason.Duplicate, $"is used before: \"{issuer.ShortName}\"");
        }

        return issuer;
    }
}
