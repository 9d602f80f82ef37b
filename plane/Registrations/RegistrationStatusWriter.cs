using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;

namespace Onboarding.Plane.Registrations;

/// <summary>
/// Writes registrations' status. Every write carries the resourceVersion it was decided on; on a conflict the decision is made again on
/// what is there then.
/// </summary>
internal sealed class RegistrationStatusWriter(KubernetesClient client, RegistrationStore store, TimeProvider time)
{
    private const int MostAttempts = 5;

    /// <summary>Writes a condition.</summary>
    public Task ConditionAsync(WorkloadAutoRegistration member, ConditionChange condition, CancellationToken cancellationToken) =>
        ChangeAsync(
            member,
            current => (current.Status ?? new WorkloadAutoRegistrationStatus()) with { Conditions = With(current, [condition]) },
            cancellationToken);

    /// <summary>Changes the status.</summary>
    /// <param name="member">The registration, as it is known here.</param>
    /// <param name="change">The status it should have, decided on the registration as it is then; null to leave it alone.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The registration as written; null if nothing was, as it is gone or another, or there was nothing to change.</returns>
    public async Task<WorkloadAutoRegistration?> ChangeAsync(
        WorkloadAutoRegistration member,
        Func<WorkloadAutoRegistration, WorkloadAutoRegistrationStatus?> change,
        CancellationToken cancellationToken)
    {
        string? uid = member.Metadata.Uid;
        WorkloadAutoRegistration current = await store.FindAsync(member.Metadata.Namespace!, member.Metadata.Name, cancellationToken) ?? member;
        for (int attempt = 1; ; attempt++)
        {
            if (current.Metadata.Uid != uid || change(current) is not { } status)
            {
                return null;
            }

            try
            {
                return store.Wrote(await client.UpdateStatusAsync(current with { Status = status }, cancellationToken: cancellationToken));
            }
            catch (KubernetesException e) when (e.IsConflict && attempt < MostAttempts)
            {
                // The informer may be a moment behind: ask the server itself.
                WorkloadAutoRegistration? fresh = await client.TryGetAsync<WorkloadAutoRegistration>(
                    member.Metadata.Namespace, member.Metadata.Name, cancellationToken);
                if (fresh is null)
                {
                    return null;
                }

                current = fresh;
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                return null;
            }
        }
    }

    /// <summary>A registration's conditions with some of them changed; when one changed last stays unless its status does.</summary>
    public IReadOnlyList<V1Condition> With(WorkloadAutoRegistration current, IReadOnlyList<ConditionChange> changes)
    {
        List<V1Condition> conditions = [.. current.Status?.Conditions ?? []];
        foreach (ConditionChange change in changes)
        {
            string status = change.Status;
            V1Condition? old = conditions.FirstOrDefault(c => c.Type == change.Type);
            conditions.RemoveAll(c => c.Type == change.Type);
            conditions.Add(new V1Condition
            {
                Type = change.Type,
                Status = status,
                Reason = change.Reason,
                Message = change.Message,
                LastTransitionTime = old?.Status == status ? old.LastTransitionTime : time.GetUtcNow(),
                ObservedGeneration = current.Metadata.Generation,
            });
        }

        return conditions;
    }
}
