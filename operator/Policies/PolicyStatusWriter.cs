using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Authorization;
using Onboarding.Kubernetes;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Members;
using Onboarding.Plane.Settings;

namespace Onboarding.Operator.Policies;

/// <summary>
/// Writes into each policy what the plane makes of it. Runs on the leader. What a policy says is judged within a second of an
/// edit; how many members it has is brought up to date three seconds after members came or went, so that a fleet that joins isn't a write for each.
/// </summary>
internal sealed partial class PolicyStatusWriter : Reconciler
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(30);

    // Someone who just joined a machine looks at the policy next. A fleet that joins is one write in this time.
    private static readonly TimeSpan RecountAfter = TimeSpan.FromSeconds(3);

    private readonly KubernetesClient _client;
    private readonly ClusterState _cluster;
    private readonly MemberView _members;
    private readonly PlaneConfiguration _plane;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long? _counted;
    private volatile bool _isStale;

    public PolicyStatusWriter(
        KubernetesClient client,
        ClusterState cluster,
        MemberView members,
        PlaneConfiguration plane,
        TimeProvider time,
        ILogger<PolicyStatusWriter> logger)
    {
        _client = client;
        _cluster = cluster;
        _members = members;
        _plane = plane;
        _time = time;
        _logger = logger;
        cluster.Policies.Changed += _ => Wake();
        cluster.Groups.Changed += _ => Wake();
        cluster.Planes.Changed += _ => Wake();
        cluster.Registrations.Changed += change =>
        {
            if (change.Type is WatchEventType.Added or WatchEventType.Deleted)
            {
                _isStale = true;
                Wake();
            }
        };
    }

    public override string Name => "write the status of policies";

    public override TimeSpan Period => CountEvery;

    public override void Forget() => _counted = null;

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        bool count = _counted is not { } at || _time.GetElapsedTime(at) >= (_isStale ? RecountAfter : CountEvery);
        if (count)
        {
            _counted = _time.GetTimestamp();
            _isStale = false;
        }

        bool failed = false;
        string[] shared = [.. (_plane.Current?.Spec.Workloads.Authentication.Jwt?.Issuers ?? [])
            .Where(i => i.SubjectIs == JwtSubjectMeaning.Shared).Select(i => i.Issuer)];
        foreach (IGrouping<string, OnboardingPolicy> policies in _cluster.Policies.List()
            .Where(p => p.Metadata.DeletionTimestamp is null).GroupBy(p => p.Metadata.Namespace ?? ""))
        {
            IReadOnlyDictionary<string, string>[] groups = [.. _cluster.Groups.List().Where(g => g.Metadata.Namespace == policies.Key).Select(g => g.Metadata.Labels)];
            Lazy<IReadOnlyCollection<PolicyMember>> members = new(() => _members.InNamespace(policies.Key));
            foreach (OnboardingPolicy policy in policies)
            {
                // By the rules of this very object: the snapshot that decisions read may be a moment behind it, and counts of
                // rules that are no more would stand beside the new generation.
                MemberCounts? counts = count || policy.Status?.ObservedGeneration != policy.Metadata.Generation
                    ? PolicySet.Empty.With(policy).CountMembers(policy.Metadata.Name, members.Value)
                    : null;
                OnboardingPolicyStatus status = PolicyStatus.Create(
                    policy, policy.Spec is { } spec ? Review(spec, groups, shared) : [], counts, _time.GetUtcNow());
                failed |= !await TryWriteAsync(policy with { Status = status }, policy, cancellationToken);
            }
        }

        return failed ? new ReconcileResult(LeaderLoop.MinimumPause) : new ReconcileResult((_isStale ? RecountAfter : CountEvery) - _time.GetElapsedTime(_counted!.Value));
    }

    private IReadOnlyList<Problem> Review(
        OnboardingPolicySpec spec, IReadOnlyCollection<IReadOnlyDictionary<string, string>> groups, IReadOnlyCollection<string> shared)
    {
        IReadOnlyList<Problem> warnings = PolicyReview.FindProblems(spec, groups, shared, _time.GetUtcNow());
        return _plane.Current is { } settings ? [.. warnings, .. TrustReview.FindProblems(spec, settings)] : warnings;
    }

    private async Task<bool> TryWriteAsync(OnboardingPolicy desired, OnboardingPolicy current, CancellationToken cancellationToken)
    {
        if (JsonNode.DeepEquals(desired.ToJson()["status"], current.ToJson()["status"]))
        {
            return true;
        }

        try
        {
            await _client.UpdateStatusAsync(desired, cancellationToken: cancellationToken);
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // Edited or deleted at this moment; the change that the informer is about to show brings us back.
            return true;
        }
        catch (KubernetesException e)
        {
            LogFailed(_logger, current.Metadata.Namespace, current.Metadata.Name, e.Message);
            return false;
        }
    }

    [LoggerMessage(4052, LogLevel.Warning, "The status of policy {Namespace}/{Policy} can't be written: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string? @namespace, string policy, string reason);
}
