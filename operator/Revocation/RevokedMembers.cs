using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;
using Onboarding.Kubernetes;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Members;
using Onboarding.Plane.Registrations;
using Onboarding.Plane.Settings;

namespace Onboarding.Operator.Revocation;

/// <summary>
/// Takes admissions back: asks the complete question again about every member, reports those that no policy admits any more, and
/// removes them where the OnboardingPlane says so. Runs on the leader. A policy that is replaced by deleting and creating it has
/// five seconds; while the leader's view of the cluster has a gap, no member is judged.
/// </summary>
internal sealed partial class RevokedMembers : Reconciler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ClusterState _cluster;
    private readonly MemberView _members;
    private readonly PlaneConfiguration _plane;
    private readonly RegistrationStatusWriter _status;
    private readonly RevocationReports _reports;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EvictionBudget _budget;
    private readonly Dictionary<string, long> _unauthorizedSince = [];
    private bool _budgetIsSpent;
    private bool _waits;

    public RevokedMembers(
        ClusterState cluster,
        MemberView members,
        PlaneConfiguration plane,
        RegistrationStatusWriter status,
        RevocationReports reports,
        TimeProvider time,
        ILogger<RevokedMembers> logger)
    {
        _cluster = cluster;
        _members = members;
        _plane = plane;
        _status = status;
        _reports = reports;
        _time = time;
        _logger = logger;
        _budget = new EvictionBudget(time);
        cluster.Policies.Changed += _ => Wake();
        cluster.Groups.Changed += _ => Wake();
        cluster.Registrations.Changed += _ => Wake();
        cluster.Planes.Changed += _ => Wake();
    }

    public override string Name => "take admissions back";

    /// <summary>Time alone takes an admission back, too: <c>notAfter</c>.</summary>
    public override TimeSpan Period { get; } = TimeSpan.FromSeconds(30);

    public override bool CanSee => _plane.Current is not null && _cluster.Policies.IsConnected && _cluster.Groups.IsConnected && _cluster.Registrations.IsConnected;

    public override void Forget() => _unauthorizedSince.Clear();

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        RevocationSettings settings = _plane.Required.Spec.Revocation;
        _waits = false;
        HashSet<string> unauthorized = [];
        foreach (WorkloadAutoRegistration member in _cluster.Registrations.List().Where(m => m.Metadata.DeletionTimestamp is null))
        {
            if (_members.Question(member) is not { } question)
            {
                continue;
            }

            try
            {
                PolicySet policies = _cluster.PolicySnapshot.ForNamespace(member.Metadata.Namespace!);
                if (policies.Decide(question).IsAllowed)
                {
                    await RestoreAsync(member, cancellationToken);
                }
                else if (unauthorized.Add(member.Metadata.Uid!) && IsOverdue(member))
                {
                    await TakeBackAsync(
                        member,
                        policies.Explain(question),
                        new DecisionInputs(question, _cluster.Groups.Get(member.Metadata.Namespace, member.GroupName!), DecisionInputs.VersionsOf(policies)),
                        settings,
                        cancellationToken);
                }
            }
            catch (KubernetesException e)
            {
                _waits = true;
                LogFailed(_logger, member.Metadata.Namespace, member.Metadata.Name, e.Message);
            }
        }

        foreach (string uid in _unauthorizedSince.Keys.Where(uid => !unauthorized.Contains(uid)).ToList())
        {
            _unauthorizedSince.Remove(uid);
        }

        return _waits ? new ReconcileResult(LeaderLoop.MinimumPause) : ReconcileResult.Done;
    }

    private TimeSpan HasBeenUnauthorizedFor(WorkloadAutoRegistration member)
    {
        string uid = member.Metadata.Uid!;
        if (_unauthorizedSince.TryGetValue(uid, out long since))
        {
            return _time.GetElapsedTime(since);
        }

        _unauthorizedSince[uid] = _time.GetTimestamp();
        return TimeSpan.Zero;
    }

    private bool IsOverdue(WorkloadAutoRegistration member)
    {
        // Only while a member's patience or the ceiling runs is there anything to see that no change brings.
        bool isOverdue = HasBeenUnauthorizedFor(member) >= Patience;
        _waits |= !isOverdue;
        return isOverdue;
    }

    private async Task RestoreAsync(WorkloadAutoRegistration member, CancellationToken cancellationToken)
    {
        if (Condition(member) is { Status: not "True" })
        {
            var condition = new ConditionChange(LastDecision.Authorized, true, "PolicyAllows", "A policy admits the workload again.");
            await _status.ConditionAsync(member, condition, cancellationToken);
        }
    }

    private async Task TakeBackAsync(
        WorkloadAutoRegistration member, PolicyExplanation explanation, DecisionInputs inputs, RevocationSettings settings, CancellationToken cancellationToken)
    {
        if (explanation.Decision.IsAllowed)
        {
            return;
        }

        string reason = RevocationReports.ReasonOf(explanation);
        bool keepsLast = reason == LastDecision.PolicyInvalid;
        if (keepsLast && !LastDecision.WasAllowed(member))
        {
            // Its last decision was a refusal by valid policies, and that is what it keeps.
            return;
        }

        if (Condition(member) is not { Status: "False" } condition || condition.Reason != reason || condition.Message != explanation.Summary)
        {
            bool isNew = Condition(member) is not { Status: "False" };
            await _status.ConditionAsync(
                member, new ConditionChange(LastDecision.Authorized, false, reason, explanation.Summary), cancellationToken);
            if (isNew)
            {
                _reports.Unauthorized(member, explanation, inputs);
            }
        }

        // A policy that can't be read is a mistake in progress, not a person's wish to remove a fleet.
        if (settings.Mode == RevocationMode.Evict && !keepsLast)
        {
            await EvictAsync(member, explanation, inputs, settings, cancellationToken);
        }
    }

    private async Task EvictAsync(
        WorkloadAutoRegistration member, PolicyExplanation explanation, DecisionInputs inputs, RevocationSettings settings, CancellationToken cancellationToken)
    {
        bool mayTake = _budget.TryTake(settings.MaxPerMinute);
        if (!mayTake && !_budgetIsSpent)
        {
            LogCeiling(_logger, settings.MaxPerMinute);
        }

        _budgetIsSpent = !mayTake;
        _waits |= !mayTake;
        if (mayTake)
        {
            await _reports.EvictAsync(member, explanation, inputs, cancellationToken);
            _unauthorizedSince.Remove(member.Metadata.Uid!);
        }
    }

    private static V1Condition? Condition(WorkloadAutoRegistration member) => LastDecision.Condition(member);

    [LoggerMessage(4050, LogLevel.Warning, "{Namespace}/{Registration} can't be judged or removed: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string? @namespace, string registration, string reason);

    [LoggerMessage(4051, LogLevel.Warning, "More members lost their authorization than revocation.maxPerMinute ({Ceiling}) lets be removed now")]
    private static partial void LogCeiling(ILogger logger, int ceiling);
}
