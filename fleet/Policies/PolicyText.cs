using System.Text.Json.Nodes;
using Onboarding.Api.Policies;
using Onboarding.Documents;

namespace Onboarding.Fleet.Policies;

/// <summary>A policy as a file: what someone wrote, without what the server added.</summary>
public static class PolicyText
{
    /// <summary>The policy as YAML.</summary>
    public static string Write(OnboardingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return ResourceWriter.ToYaml(Written(policy));
    }

    /// <summary>The policy as JSON, for programs.</summary>
    public static string WriteJson(OnboardingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Written(policy).ToJsonString();
    }

    /// <summary>A policy that isn't made, as YAML; groups by their names, since no one was asked for their labels.</summary>
    /// <param name="policy">The policy; with these groups its rules select none yet.</param>
    /// <param name="groups">Names of groups whose labels it would select; none if it selects labels already.</param>
    public static string Plan(OnboardingPolicy policy, IReadOnlyList<string> groups)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(groups);
        JsonObject json = Written(policy);
        if (groups.Count > 0)
        {
            foreach (JsonObject rule in (json["spec"]?["allow"] ?? json["spec"]?["deny"]) is JsonArray rules ? rules.OfType<JsonObject>() : [])
            {
                rule["onboardTo"] = new JsonArray([.. groups.Select(g => new JsonObject
                {
                    ["workloadGroupSelector"] = new JsonObject { ["matchLabels"] = $"(the labels of WorkloadGroup {g})" },
                })]);
            }
        }

        return ResourceWriter.ToYaml(json);
    }

    private static JsonObject Written(OnboardingPolicy policy)
    {
        JsonObject json = policy.ToJson();
        json.Remove("status");
        var metadata = new JsonObject { ["name"] = policy.Metadata.Name };
        if (policy.Metadata.Namespace is { Length: > 0 } ns)
        {
            metadata["namespace"] = ns;
        }

        if (policy.Metadata.Labels.Count > 0)
        {
            metadata["labels"] = json["metadata"]?["labels"]?.DeepClone();
        }

        json["metadata"] = metadata;
        return json;
    }
}
