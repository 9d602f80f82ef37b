using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;

namespace Onboarding.Operator.Planes;

/// <summary>Writes conditions of the OnboardingPlane. Reconcilers each know a few of them, and leave the others as they are.</summary>
internal sealed class PlaneConditions(KubernetesClient client, ClusterState cluster, TimeProvider time)
{
    private const int LongestMessage = 8192;

    /// <summary>The plane as it is now; null if there is none.</summary>
    public OnboardingPlane? Plane => cluster.Planes.Get(cluster.PlaneNamespace, OnboardingPlane.DefaultName);

    /// <summary>Writes those that say something else than before.</summary>
    /// <param name="plane">The plane that they were observed of.</param>
    /// <param name="observed">Type, status, reason and message of each.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Those that were written.</returns>
    /// <exception cref="KubernetesException">It could not; a conflict means that another wrote first.</exception>
    public async Task<IReadOnlyList<V1Condition>> WriteAsync(
        OnboardingPlane plane, IReadOnlyList<V1Condition> observed, CancellationToken cancellationToken)
    {
        IReadOnlyList<V1Condition> before = plane.Status?.Conditions ?? [];
        V1Condition[] news = [.. observed.Select(c => Complete(c, plane, before)).Where(c => IsNews(c, before))];
        if (news.Length == 0)
        {
            return [];
        }

        await client.PatchAsync<OnboardingPlane>(
            plane.Metadata.Namespace,
            plane.Metadata.Name,
            V1Patch.Merge(new JsonObject
            {
                // With the version it was decided on: others write conditions too, and a list is written whole.
                ["metadata"] = new JsonObject { ["resourceVersion"] = plane.Metadata.ResourceVersion },
                ["status"] = new JsonObject
                {
                    ["conditions"] = new JsonArray(
                        [.. before.Where(c => news.All(n => n.Type != c.Type)).Concat(news).Select(c => (JsonNode)ConditionJson.Write(c))]),
                },
            }),
            new PatchOptions { Subresource = "status" },
            cancellationToken);
        return news;
    }

    private static bool IsNews(V1Condition condition, IReadOnlyList<V1Condition> before) =>
        before.FirstOrDefault(c => c.Type == condition.Type) is not { } old
        || old.Status != condition.Status || old.Reason != condition.Reason || old.Message != condition.Message
        || old.ObservedGeneration != condition.ObservedGeneration;

    private V1Condition Complete(V1Condition condition, OnboardingPlane plane, IReadOnlyList<V1Condition> before) => condition with
    {
        Message = condition.Message is { Length: > LongestMessage } message ? message[..LongestMessage] + "…" : condition.Message,
        LastTransitionTime = before.FirstOrDefault(c => c.Type == condition.Type) is { } old && old.Status == condition.Status
            ? old.LastTransitionTime
            : DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()),
        ObservedGeneration = plane.Metadata.Generation,
    };
}
