using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;

namespace Onboarding.Plane.Registrations;

/// <summary>Writes on a key binding which registrations of its identity are to stay out.</summary>
internal static class StayOutMark
{
    /// <summary>Writes the marks; null removes them.</summary>
    public static Task WriteAsync(KubernetesClient client, WorkloadKeyBinding binding, string? marks, CancellationToken cancellationToken) =>
        client.PatchAsync<WorkloadKeyBinding>(
            binding.Metadata.Namespace,
            binding.Metadata.Name,
            // With the version it was read with: another registration's mark must not be lost.
            V1Patch.Merge(new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["resourceVersion"] = binding.Metadata.ResourceVersion,
                    ["annotations"] = new JsonObject { [WellKnownAnnotations.StayOut] = marks },
                },
            }),
            cancellationToken: cancellationToken);
}
