using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.KeyBinding;

/// <summary>
/// Keeps out what an operator took out, also when its machine was away at that time or starts again. No protection against the
/// machine's owner, who may say that he wants it back: policies are for that.
/// </summary>
internal sealed class StayOutGate(KubernetesClient client, ClusterState cluster)
{
    /// <summary>Refuses a registration that is to stay out.</summary>
    /// <param name="identity">Whose it is.</param>
    /// <param name="registration">The registration, <c>namespace/name</c>.</param>
    /// <exception cref="RefusedException">It is to stay out.</exception>
    public void Check(WorkloadIdentity identity, string registration)
    {
        if (cluster.KeyBindingOf(identity) is { } binding)
        {
            Check(binding, registration);
        }
    }

    /// <summary>
    /// Refuses it later than at its authorization. Attack: a machine that was excluded comes back by the onboarding token that it still
    /// has. A mark that was just removed may still be in the informer, so the API server has the last word on one that is there.
    /// </summary>
    /// <param name="identity">Whose it is.</param>
    /// <param name="registration">The registration, <c>namespace/name</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">It is excluded.</exception>
    public async Task CheckAgainAsync(WorkloadIdentity identity, string registration, CancellationToken cancellationToken)
    {
        if (cluster.KeyBindingOf(identity) is { } binding
            && StayOutMarks.ReasonFor(binding.Metadata, registration) is not null
            && await client.TryGetAsync<WorkloadKeyBinding>(binding.Metadata.Namespace, binding.Metadata.Name, cancellationToken) is { } current)
        {
            Check(current, registration);
        }
    }

    private static void Check(WorkloadKeyBinding binding, string registration)
    {
        if (StayOutMarks.ReasonFor(binding.Metadata, registration) is { } reason)
        {
            throw Refuse.Precondition(
                Reasons.StayOut,
                $"An operator excluded this machine ({reason}). It stays excluded until someone on it overrides that.",
                $"marked on workloadkeybinding {binding.Metadata.Name}");
        }
    }

    /// <summary>Someone on the machine wants it back. No write if it isn't to stay out.</summary>
    /// <param name="identity">Whose registration it is.</param>
    /// <param name="registration">The registration, <c>namespace/name</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task OpenAsync(WorkloadIdentity identity, string registration, CancellationToken cancellationToken)
    {
        if (cluster.KeyBindingOf(identity) is { } binding && StayOutMarks.ReasonFor(binding.Metadata, registration) is not null)
        {
            await StayOutMark.WriteAsync(client, binding, StayOutMarks.Without(binding.Metadata, registration), cancellationToken);
        }
    }
}
