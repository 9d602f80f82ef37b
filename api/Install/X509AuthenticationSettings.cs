using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: authentication by X.509 certificates, with proof that the caller has the key.</summary>
public sealed record X509AuthenticationSettings
{
    /// <summary>The only authorities whose certificates are accepted; at least one.</summary>
    public IReadOnlyList<X509Authority> Authorities { get; init; } = [];

    internal static X509AuthenticationSettings Read(MapReader reader)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        Dictionary<string, string> authorityOf = new(StringComparer.Ordinal);
        return new X509AuthenticationSettings
        {
            Authorities = reader.Messages(
                "authorities",
                item =>
                {
                    X509Authority authority = X509Authority.Read(item);
                    if (authority.Name.Length != 0 && !names.Add(authority.Name))
                    {
                        item.Error("name", ProblemReason.Duplicate, $"is listed before: \"{authority.Name}\"");
                    }

                    // A policy names authorities, by name or by subject: neither may mean two of them.
                    foreach (string subject in PemRules.SubjectsOf(authority.Roots))
                    {
                        if (!authorityOf.TryAdd(subject, authority.Name) && authorityOf[subject] != authority.Name)
                        {
                            item.Error("roots", ProblemReason.Duplicate, $"\"{subject}\" is the name of a certificate of authority {authorityOf[subject]}, too");
                        }
                    }

                    return authority;
                },
                required: true),
        };
    }

    internal JsonObject ToJson() => new JsonObject().With("authorities", Authorities, authority => authority.ToJson());
}
