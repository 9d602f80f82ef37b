using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.Refusals;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.KeyBinding;

/// <summary>
/// Keeps out what an operator took out, also when its machine was away at that time or starts anew. No protection against the
/// machine's owner, who may say that he wants it back: policies are for that.
/// </summary>
internal sealed class StayOutGate(KubernetesClient client, ClusterState cluster, string planeNamespace)
{
    /// <summary>Refuses a registration that is to stay out.</summary>
    /// <param name="identity">Whose it is.</param>
    /// <param name="registration">The registration, <c>namespace/name</c>.</param>
    /// <exception cref="RefusedException">It is to stay out.</exception>
    public void Check(WorkloadIdentity identity, string registration)
    {
        if (Find(identity) is { } binding && StayOutMarks.ReasonFor(binding.Metadata, registration) is { } reason)
        {
            throw Refuse.Precondition(
                Reasons.StayOut,
                $"An operator unregistered this machine ({reason}), and it is to stay out until somebody on it wants it back.",
                $"marked on workloadkeybinding {binding.Metadata.Name}");
        }
    }

    /// <summary>Somebody on the machine wants it back. No write if it isn't to stay out.</summary>
    /// <param name="identity">Whose registration it is.</param>
    /// <param name="registration">The registration, <c>namespace/name</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task OpenAsync(WorkloadIdentity identity, string registration, CancellationToken cancellationToken)
    {
        if (Find(identity) is { } binding && StayOutMarks.ReasonFor(binding.Metadata, registration) is not null)
        {
            await WriteAsync(client, binding, StayOutMarks.Without(binding.Metadata, registration), cancellationToken);
        }
    }

    /// <summary>Writes the mark of a binding.</summary>
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

    private WorkloadKeyBinding? Find(WorkloadIdentity identity) => cluster.KeyBindings.Get(planeNamespace, KeyBindingName.Of(identity));
}
