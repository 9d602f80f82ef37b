using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;

namespace Onboarding.Endpoint.Registration;

/// <summary>
/// The WorkloadGroup as a member runs it. Members keep it until their turn comes: a change of the group mustn't restart all of its
/// sidecars at once. A rollout takes the change over, one part of the members after the other.
/// </summary>
internal static class GroupSnapshot
{
    /// <summary>Annotation of a registration that holds the snapshot, JSON.</summary>
    public const string Annotation = "onboarding.tetrate.io/workload-group-snapshot";

    /// <summary>The snapshot as text: name and spec, and of the annotations the one that configures proxies.</summary>
    public static string Write(WorkloadGroup group)
    {
        var annotations = group.Metadata.Annotations
            .Where(a => a.Key == WellKnownAnnotations.ProxyConfig)
            .ToDictionary(a => a.Key, a => a.Value);
        return new WorkloadGroup
        {
            Metadata = new V1ObjectMeta { Name = group.Metadata.Name, Namespace = group.Metadata.Namespace, Annotations = annotations },
            Spec = group.Spec,
        }.ToJson().ToJsonString();
    }

    /// <summary>The snapshot of a registration; the group as it is now where there is none that can be read.</summary>
    public static WorkloadGroup Of(WorkloadAutoRegistration registration, WorkloadGroup current)
    {
        if (!registration.Metadata.Annotations.TryGetValue(Annotation, out string? text))
        {
            return current;
        }

        try
        {
            return JsonNode.Parse(text) is JsonObject json ? WorkloadGroup.FromJson(json) : current;
        }
        catch (JsonException)
        {
            // Edited by hand. The group itself is the next best thing.
            return current;
        }
    }
}
