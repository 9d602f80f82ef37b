using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches service accounts of the plane's cluster: AND across fields, OR across values, empty lists match any.</summary>
public sealed record KubernetesMatcher
{
    /// <summary>Namespaces of service accounts; at least one in <c>allow</c>: "any namespace" can't be said.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Names of service accounts.</summary>
    public IReadOnlyList<string> ServiceAccounts { get; init; } = [];

    /// <summary>Names of pods; an identity whose token isn't bound to a pod has none.</summary>
    public IReadOnlyList<string> Pods { get; init; } = [];

    internal static KubernetesMatcher Read(MapReader reader, bool bounded)
    {
        KubernetesMatcher matcher = new()
        {
            Namespaces = reader.Texts("namespaces", Checks.DnsLabel, required: bounded),
            ServiceAccounts = reader.Texts("serviceAccounts", Checks.DnsSubdomain),
            Pods = reader.Texts("pods", Checks.DnsSubdomain),
        };
        if (bounded && matcher.ServiceAccounts.Count == 0)
        {
            reader.WarnHere("has no serviceAccounts: it matches every service account in these namespaces");
        }

        return matcher;
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("namespaces", Namespaces)
        .With("serviceAccounts", ServiceAccounts)
        .With("pods", Pods);
}
