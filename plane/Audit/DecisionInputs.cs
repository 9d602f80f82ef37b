using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Authorization;

namespace Onboarding.Plane.Audit;

/// <summary>
/// What a decision read, so that it can be made again later by another set of policies or by the same one (docs/reference/audit.md). No
/// secret is among it: identities are what credentials proved, not the credentials.
/// </summary>
/// <param name="Question">What was asked.</param>
/// <param name="Group">The group; null if there was none.</param>
/// <param name="Policies">The policies of its namespace.</param>
internal sealed record DecisionInputs(AdmissionQuestion Question, WorkloadGroup? Group, IReadOnlyList<PolicyVersion> Policies)
{
    /// <summary>A namespace with more policies has the first by name in its records, and how many there were.</summary>
    private const int MostPolicies = 100;

    /// <summary>An invalid policy stood in the way, and the member kept its last decision.</summary>
    public bool IsKept { get; init; }

    /// <summary>The policies of a set by name, uid and generation.</summary>
    public static IReadOnlyList<PolicyVersion> VersionsOf(PolicySet policies) =>
        [.. policies.Policies.Take(MostPolicies).Select(p => new PolicyVersion(p.Metadata.Name, p.Metadata.Uid ?? "", p.Metadata.Generation ?? 0))];

    /// <summary>As it is written.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["at"] = Question.Now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["identity"] = Question.Identity.ToJson(),
        };
        if (Question.Address is { } address)
        {
            json["address"] = address.ToString();
        }

        if (Question.Labels is { } labels)
        {
            json["labels"] = Map(labels);
        }

        if (Group is { } group)
        {
            json["group"] = new JsonObject
            {
                ["uid"] = group.Metadata.Uid,
                ["generation"] = group.Metadata.Generation,
                ["labels"] = Map(group.Metadata.Labels),
            };
        }

        json["policies"] = new JsonArray([.. Policies.Select(p => (JsonNode)new JsonObject { ["name"] = p.Name, ["uid"] = p.Uid, ["generation"] = p.Generation })]);
        if (IsKept)
        {
            json["kept"] = true;
        }

        return json;
    }

    private static JsonObject Map(IReadOnlyDictionary<string, string> labels) =>
        new(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
}

/// <summary>Which policy, and which of its versions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid: one that was deleted and made again is another.</param>
/// <param name="Generation">Its generation, which rises with each change of its spec.</param>
internal sealed record PolicyVersion(string Name, string Uid, long Generation);
