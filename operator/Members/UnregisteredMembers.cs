using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Registrations;

namespace Onboarding.Operator.Members;

/// <summary>
/// Takes out the members that an operator marked with <see cref="WellKnownAnnotations.StayOut"/>. Runs on the leader. First it notes on
/// the identity's binding that it is to stay out, then it removes it: in the other order an agent could come back in between. The
/// mark on the registration is the operator's word until that is done, so that nothing is lost if a leader ends.
/// </summary>
internal sealed partial class UnregisteredMembers : Reconciler
{
    private readonly KubernetesClient _client;
    private readonly ClusterState _cluster;
    private readonly RegistrationStore _store;
    private readonly AuditLog _audit;
    private readonly ILogger _logger;

    public UnregisteredMembers(
        KubernetesClient client, ClusterState cluster, RegistrationStore store, AuditLog audit, ILogger<UnregisteredMembers> logger)
    {
        _client = client;
        _cluster = cluster;
        _store = store;
        _audit = audit;
        _logger = logger;
        cluster.Registrations.Changed += change =>
        {
            if (IsMarked(change.Resource))
            {
                Wake();
            }
        };
    }

    public override string Name => "remove unregistered members";

    /// <summary>Also what failed before: an outage of the API ends without a change that anybody would see.</summary>
    public override TimeSpan Period { get; } = TimeSpan.FromSeconds(5);

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        foreach (WorkloadAutoRegistration member in _cluster.Registrations.List().Where(IsMarked))
        {
            await TryRemoveAsync(member, cancellationToken);
        }

        return ReconcileResult.Done;
    }

    private static bool IsMarked(WorkloadAutoRegistration member) =>
        member.Metadata.DeletionTimestamp is null && member.Metadata.Annotations.ContainsKey(WellKnownAnnotations.StayOut);

    private async Task TryRemoveAsync(WorkloadAutoRegistration member, CancellationToken cancellationToken)
    {
        string name = $"{member.Metadata.Namespace}/{member.Metadata.Name}";
        string reason = member.Metadata.Annotations[WellKnownAnnotations.StayOut];
        try
        {
            // One that can't be read has no identity, and is only deleted.
            if (member.Spec is { } spec
                && await _client.TryGetAsync<WorkloadKeyBinding>(_cluster.PlaneNamespace, KeyBindingName.ForIdentity(spec.Identity), cancellationToken) is { } binding)
            {
                await StayOutMark.WriteAsync(_client, binding, StayOutMarks.With(binding.Metadata, name, reason), cancellationToken);
            }

            await _store.DeleteAsync(member, cancellationToken);
            LogRemoved(_logger, name, reason);
            _audit.Allowed(new AuditRecord("remove", member.Metadata.Uid ?? name, "plane")
            {
                GroupNamespace = member.Metadata.Namespace,
                GroupName = member.GroupName,
                Registration = member.Metadata.Name,
                Identity = member.Spec?.Identity,
                Detail = $"unregistered by an operator, to stay out: {reason}",
            });
        }
        catch (KubernetesException e)
        {
            LogFailed(_logger, name, e.Message);
        }
    }

    [LoggerMessage(4034, LogLevel.Information, "Removed {Registration}, which is to stay out: {Reason}")]
    private static partial void LogRemoved(ILogger logger, string registration, string reason);

    [LoggerMessage(4035, LogLevel.Warning, "{Registration} is to stay out and can't be removed: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string registration, string reason);
}
