using System.Text.Json.Nodes;
using Onboarding.Api.Authorization;
using Onboarding.Api.Reading;

namespace Onboarding.Engine.Policies;

/// <summary>A policy as a file: what somebody wrote, without what the server added.</summary>
public static class PolicyText
{
    /// <summary>The policy as YAML.</summary>
    public static string Of(OnboardingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
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
        return ResourceWriter.ToYaml(json);
    }
}
