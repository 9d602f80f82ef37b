using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: authentication by SPIFFE verifiable identity documents.</summary>
public sealed record SpiffeAuthenticationSettings
{
    /// <summary>The only trust domains whose SVIDs are accepted; at least one, each once.</summary>
    public IReadOnlyList<SpiffeTrustDomain> TrustDomains { get; init; } = [];

    internal static SpiffeAuthenticationSettings Read(MapReader reader)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        return new SpiffeAuthenticationSettings
        {
            TrustDomains = reader.Messages(
                "trustDomains",
                item =>
                {
                    SpiffeTrustDomain domain = SpiffeTrustDomain.Read(item);
                    if (domain.Name.Length != 0 && !names.Add(domain.Name))
                    {
                        item.Error("name", ProblemReason.Duplicate, $"is listed before: \"{domain.Name}\"");
                    }

                    return domain;
                },
                required: true),
        };
    }

    internal JsonObject ToJson() => new JsonObject().With("trustDomains", TrustDomains, domain => domain.ToJson());
}
