using System.Text.Json.Nodes;
using Onboarding.Api.Authorization;
using Onboarding.Api.Install;
using Onboarding.Authorization;
using Onboarding.Endpoint.Cluster;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.Authorization;

/// <summary>
/// Writes into each policy what the plane makes of it. Runs on the leader. What a policy says is judged within a second of an
/// edit; how many members it has is brought up to date every half minute, so that a fleet that joins isn't a write for each.
/// </summary>
internal sealed partial class PolicyStatusWriter
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(30);

    private readonly KubernetesClient _client;
    private readonly ClusterState _cluster;
    private readonly Members _members;
    private readonly PlaneConfiguration _plane;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _changed = 1;

    public PolicyStatusWriter(
        KubernetesClient client,
        ClusterState cluster,
        Members members,
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
        cluster.Policies.Changed += _ => Volatile.Write(ref _changed, 1);
        cluster.Groups.Changed += _ => Volatile.Write(ref _changed, 1);
        cluster.Planes.Changed += _ => Volatile.Write(ref _changed, 1);
    }

    /// <summary>Keeps the statuses until the lead is lost.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _changed, 1);
        long counted = 0;
        using var timer = new PeriodicTimer(LookEvery, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            bool count = _time.GetElapsedTime(counted) >= CountEvery;
            if (Interlocked.Exchange(ref _changed, 0) == 1 || count)
            {
                counted = count ? _time.GetTimestamp() : counted;
                await LookAsync(count, cancellationToken);
            }
        }
    }

    private async Task LookAsync(bool count, CancellationToken cancellationToken)
    {
        string[] shared = [.. (_plane.Current?.Spec.Workloads.Authentication.Jwt?.Issuers ?? [])
            .Where(i => i.SubjectIs == JwtSubjectMeaning.Shared).Select(i => i.Issuer)];
        foreach (IGrouping<string, OnboardingPolicy> policies in _cluster.Policies.List()
            .Where(p => p.Metadata.DeletionTimestamp is null).GroupBy(p => p.Metadata.Namespace ?? ""))
        {
            IReadOnlyDictionary<string, string>[] groups = [.. _cluster.Groups.List().Where(g => g.Metadata.Namespace == policies.Key).Select(g => g.Metadata.Labels)];
            Lazy<IReadOnlyCollection<PolicyMember>> members = new(() => _members.Of(policies.Key));
            foreach (OnboardingPolicy policy in policies)
            {
                // By the rules of this very object: the snapshot that decisions read may be a moment behind it, and counts of
                // rules that are no more would stand beside the new generation.
                MemberCounts? counts = count || policy.Status?.ObservedGeneration != policy.Metadata.Generation
                    ? PolicySet.Empty.With(policy).CountMembers(policy.Metadata.Name, members.Value)
                    : null;
                OnboardingPolicyStatus status = PolicyStatus.Of(
                    policy, policy.Spec is { } spec ? PolicyReview.Of(spec, groups, shared, _time.GetUtcNow()) : [], counts, _time.GetUtcNow());
                await WriteAsync(policy with { Status = status }, policy, cancellationToken);
            }
        }
    }

    private async Task WriteAsync(OnboardingPolicy desired, OnboardingPolicy current, CancellationToken cancellationToken)
    {
        if (JsonNode.DeepEquals(desired.ToJson()["status"], current.ToJson()["status"]))
        {
            return;
        }

        try
        {
            await _client.UpdateStatusAsync(desired, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // Edited or deleted at this moment; the change that the informer is about to show brings us back.
        }
        catch (KubernetesException e)
        {
            LogFailed(_logger, current.Metadata.Namespace, current.Metadata.Name, e.Message);
            Volatile.Write(ref _changed, 1);
        }
    }

    [LoggerMessage(4052, LogLevel.Warning, "The status of policy {Namespace}/{Policy} can't be written: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string? @namespace, string policy, string reason);
}
