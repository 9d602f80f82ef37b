using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Settings;

namespace Onboarding.Operator.Rollouts;

/// <summary>
/// Lets members restart their sidecars for a new boot configuration, as many at once as the OnboardingPlane allows, and stops when
/// one of them fails. Runs on the leader. All it knows is in the registrations: another leader goes on where this one stopped.
/// </summary>
internal sealed partial class RolloutController : Reconciler
{
    private readonly KubernetesClient _client;
    private readonly ClusterState _cluster;
    private readonly PlaneConfiguration _plane;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RolloutFleet _fleet = new();

    // What was written here and isn't in the informer yet: or more would be let in than may be.
    private readonly Dictionary<string, long> _admitted = [];
    private readonly Dictionary<string, (long Generation, long Since)> _restarting = [];

    public RolloutController(
        KubernetesClient client, ClusterState cluster, PlaneConfiguration plane, TimeProvider time, ILogger<RolloutController> logger)
    {
        _client = client;
        _cluster = cluster;
        _plane = plane;
        _time = time;
        _logger = logger;
        cluster.Registrations.Changed += change =>
        {
            if (_fleet.Take(change))
            {
                Wake();
            }
        };
    }

    public override string Name => "roll out boot configurations";

    public override TimeSpan Period => LeaderLoop.MinimumPause;

    // While the registrations can't be followed, who is down isn't known.
    public override bool CanSee => _cluster.Registrations.IsConnected && _plane.Current is not null;

    public override void Forget()
    {
        _admitted.Clear();
        _restarting.Clear();
    }

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        RolloutSettings rollout = _plane.Required.Spec.Rollout;
        (IReadOnlyList<WorkloadAutoRegistration> behind, int count) = _fleet.Read();
        Remember(behind);
        RolloutPlan plan = RolloutPlan.Create(
            behind,
            count,
            rollout,
            AdmittedTo,
            m => _restarting.TryGetValue(m.Metadata.Uid!, out (long Generation, long Since) at) && _time.GetElapsedTime(at.Since) > rollout.ProgressDeadline);
        foreach (RolloutMember member in plan.Admitted)
        {
            await AdmitAsync(member, cancellationToken);
        }

        await SayAsync(plan, rollout, cancellationToken);
        return ReconcileResult.Done;
    }

    private long AdmittedTo(WorkloadAutoRegistration member) =>
        Math.Max(member.Status?.BootConfiguration?.Admitted ?? 0, _admitted.GetValueOrDefault(member.Metadata.Uid!));

    // How long one takes is measured here, from when it was seen: the clocks of others don't count.
    private void Remember(IReadOnlyList<WorkloadAutoRegistration> behind)
    {
        HashSet<string> restarting = [];
        foreach (RolloutMember member in behind.Select(m => new RolloutMember(m, AdmittedTo(m), IsOverdue: false)).Where(m => m.IsRestarting))
        {
            string uid = member.Registration.Metadata.Uid!;
            restarting.Add(uid);
            if (!_restarting.TryGetValue(uid, out (long Generation, long Since) at) || at.Generation != member.AdmittedTo)
            {
                _restarting[uid] = (member.AdmittedTo, _time.GetTimestamp());
            }
        }

        foreach (string done in _restarting.Keys.Where(uid => !restarting.Contains(uid)).ToList())
        {
            _restarting.Remove(done);
        }

        Dictionary<string, long> seen = behind.ToDictionary(m => m.Metadata.Uid!, m => m.Status?.BootConfiguration?.Admitted ?? 0);
        foreach (string known in _admitted.Keys.Where(uid => !seen.TryGetValue(uid, out long admitted) || admitted >= _admitted[uid]).ToList())
        {
            _admitted.Remove(known);
        }
    }

    private async Task AdmitAsync(RolloutMember member, CancellationToken cancellationToken)
    {
        V1ObjectMeta metadata = member.Registration.Metadata;
        try
        {
            // This field alone: the rest of the status is the session's.
            await _client.PatchAsync<WorkloadAutoRegistration>(
                metadata.Namespace,
                metadata.Name,
                V1Patch.Merge(new JsonObject
                {
                    ["metadata"] = new JsonObject { ["uid"] = metadata.Uid },
                    ["status"] = new JsonObject { ["bootConfiguration"] = new JsonObject { ["admitted"] = member.Generation } },
                }),
                new PatchOptions { Subresource = "status" },
                cancellationToken);
            _admitted[metadata.Uid!] = member.Generation;
            LogAdmitted(_logger, member.Name, member.Generation);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
            // Gone, or another of that name.
        }
    }

    private async Task SayAsync(RolloutPlan plan, RolloutSettings settings, CancellationToken cancellationToken)
    {
        if (_cluster.Planes.Get(_cluster.PlaneNamespace, OnboardingPlane.DefaultName) is not { } current)
        {
            return;
        }

        V1Condition condition = RolloutCondition.FromPlan(plan, settings);

        IReadOnlyList<V1Condition> conditions = current.Status?.Conditions ?? [];
        V1Condition? old = conditions.FirstOrDefault(c => c.Type == condition.Type);
        bool isNews = old is null ? condition.Status == "True" : old.Status != condition.Status || (condition.Status == "True" && old.Message != condition.Message);
        if (!isNews)
        {
            return;
        }

        condition = condition with
        {
            LastTransitionTime = old?.Status == condition.Status ? old.LastTransitionTime : _time.GetUtcNow(),
            ObservedGeneration = current.Metadata.Generation,
        };
        await _client.PatchAsync<OnboardingPlane>(
            _cluster.PlaneNamespace,
            OnboardingPlane.DefaultName,
            V1Patch.Merge(new JsonObject
            {
                // With the version it was decided on: others write conditions too, and a list is written whole.
                ["metadata"] = new JsonObject { ["resourceVersion"] = current.Metadata.ResourceVersion },
                ["status"] = new JsonObject
                {
                    ["conditions"] = new JsonArray([.. conditions.Where(c => c.Type != condition.Type).Append(condition).Select(c => (JsonNode)ConditionJson.Write(c))]),
                },
            }),
            new PatchOptions { Subresource = "status" },
            cancellationToken);
        LogCondition(_logger, condition.Status == "True" ? LogLevel.Warning : LogLevel.Information, condition.Reason, condition.Message);
    }

    [LoggerMessage(4140, LogLevel.Information, "{Member} may restart its sidecar for boot configuration {Generation}")]
    private static partial void LogAdmitted(ILogger logger, string member, long generation);

    [LoggerMessage(EventId = 4141, Message = "Rollout of boot configurations: {Reason}: {Message}")]
    private static partial void LogCondition(ILogger logger, LogLevel level, string? reason, string? message);
}
