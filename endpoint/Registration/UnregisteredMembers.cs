using System.Threading.Channels;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Audit;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.KeyBinding;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.Registration;

/// <summary>
/// Takes out the members that an operator marked with <see cref="WellKnownAnnotations.StayOut"/>. Runs on the leader. First it notes on
/// the identity's binding that it is to stay out, then it removes it: in the other order an agent could come back in between. The
/// mark on the registration is the operator's word until that is done, so that nothing is lost if a leader ends.
/// </summary>
internal sealed partial class UnregisteredMembers(
    KubernetesClient client,
    ClusterState cluster,
    RegistrationStore store,
    AuditLog audit,
    string planeNamespace,
    TimeProvider time,
    ILogger<UnregisteredMembers> logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Looks after them until the lead is lost.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void OnChanged(ResourceEvent<WorkloadAutoRegistration> change)
        {
            if (IsMarked(change.Resource))
            {
                changes.Writer.TryWrite(true);
            }
        }

        cluster.Registrations.Changed += OnChanged;
        // Also what failed before: an outage of the API ends without a change that anybody would see.
        await using ITimer timer = time.CreateTimer(_ => changes.Writer.TryWrite(true), null, TimeSpan.Zero, LookEvery);
        try
        {
            while (await changes.Reader.WaitToReadAsync(cancellationToken))
            {
                changes.Reader.TryRead(out _);
                foreach (WorkloadAutoRegistration member in cluster.Registrations.List().Where(IsMarked))
                {
                    await TryRemoveAsync(member, cancellationToken);
                }
            }
        }
        finally
        {
            cluster.Registrations.Changed -= OnChanged;
        }
    }

    private static bool IsMarked(WorkloadAutoRegistration member) =>
        member.Metadata.DeletionTimestamp is null && member.Metadata.Annotations.ContainsKey(WellKnownAnnotations.StayOut);

    private async Task TryRemoveAsync(WorkloadAutoRegistration member, CancellationToken cancellationToken)
    {
        string name = $"{member.Metadata.Namespace}/{member.Metadata.Name}";
        string reason = member.Metadata.Annotations[WellKnownAnnotations.StayOut];
        try
        {
            // One that can't be read is nobody's, and only goes.
            if (member.Spec is { } spec
                && await client.TryGetAsync<WorkloadKeyBinding>(planeNamespace, KeyBindingName.Of(spec.Identity), cancellationToken) is { } binding)
            {
                await StayOutGate.WriteAsync(client, binding, StayOutMarks.With(binding.Metadata, name, reason), cancellationToken);
            }

            await store.DeleteAsync(member, cancellationToken);
            LogRemoved(logger, name, reason);
            audit.Allowed(new AuditRecord("remove", member.Metadata.Uid ?? name, "plane")
            {
                GroupNamespace = member.Metadata.Namespace,
                Registration = member.Metadata.Name,
                Identity = member.Spec?.Identity,
                Detail = $"unregistered by an operator, to stay out: {reason}",
            });
        }
        catch (KubernetesException e)
        {
            LogFailed(logger, name, e.Message);
        }
    }

    [LoggerMessage(4034, LogLevel.Information, "Removed {Registration}, which is to stay out: {Reason}")]
    private static partial void LogRemoved(ILogger logger, string registration, string reason);

    [LoggerMessage(4035, LogLevel.Warning, "{Registration} is to stay out and can't be removed: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string registration, string reason);
}
