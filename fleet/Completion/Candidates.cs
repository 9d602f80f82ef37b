using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Fleet.Contexts;
using Onboarding.Fleet.Status;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Fleet.Completion;

/// <summary>
/// What Tab offers. A prompt is no place for errors or for waiting: whatever goes wrong, and whatever takes longer than two
/// seconds, offers nothing.
/// </summary>
public static class Candidates
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Names of the contexts.</summary>
    public static IReadOnlyList<string> Contexts(string? kubeConfig) => Quietly(() => [.. ContextFinder.List(kubeConfig).Select(c => c.Name)]);

    /// <summary>Names of the namespaces.</summary>
    public static IReadOnlyList<string> Namespaces(CandidateQuery query) => List<V1Namespace>(query, clusterScoped: true);

    /// <summary>Names of the WorkloadGroups of the namespace.</summary>
    public static IReadOnlyList<string> WorkloadGroups(CandidateQuery query) => List<WorkloadGroup>(query);

    /// <summary>Names of the policies of the namespace.</summary>
    public static IReadOnlyList<string> Policies(CandidateQuery query) => List<OnboardingPolicy>(query);

    /// <summary>Names of the registrations of the namespace.</summary>
    public static IReadOnlyList<string> Workloads(CandidateQuery query) => List<WorkloadAutoRegistration>(query);

    /// <summary>Names of the join tokens of the namespace.</summary>
    public static IReadOnlyList<string> JoinTokens(CandidateQuery query) => List<JoinToken>(query);

    /// <summary>Ids of the refusals that the cluster knows, whatever their namespace.</summary>
    public static IReadOnlyList<string> CorrelationIds(CandidateQuery query) => Ask(query, async (session, cancellationToken) =>
    {
        IReadOnlyList<StatusReport> all = await new StatusReports(session.Kubernetes, TimeProvider.System).ListAsync(new StatusQuery(), cancellationToken);
        return [.. all.SelectMany(r => r.CorrelationIds)];
    });

    private static IReadOnlyList<string> List<T>(CandidateQuery query, bool clusterScoped = false)
        where T : IKubernetesObject<T> => Ask(query, async (session, cancellationToken) =>
    {
        KubernetesList<T> list = await session.Kubernetes.ListAsync<T>(clusterScoped ? null : session.Namespace, cancellationToken: cancellationToken);
        return [.. list.Items.Select(i => ForeignText.Clean(i.Metadata.Name))];
    });

    private static IReadOnlyList<string> Ask(CandidateQuery query, Func<FleetSession, CancellationToken, Task<IReadOnlyList<string>>> ask) => Quietly(() =>
    {
        using var limit = new CancellationTokenSource(Patience);
        // Off the caller's thread: reading a kubeconfig may run a credential plugin, which takes its time.
        return Task.Run(
            async () =>
            {
                ClusterContext context = ContextFinder.Find(query.Context, query.KubeConfig, query.Namespace);
                using FleetSession session = FleetSession.Open(context, Patience, (_, _) => { });
                return await ask(session, limit.Token);
            },
            limit.Token).WaitAsync(limit.Token).GetAwaiter().GetResult();
    });

    private static IReadOnlyList<string> Quietly(Func<IReadOnlyList<string>> read)
    {
        try
        {
            return read();
        }
        catch (Exception)
        {
            return [];
        }
    }
}

/// <summary>What the command line says already.</summary>
/// <param name="Context">Value of <c>-Context</c>.</param>
/// <param name="KubeConfig">Value of <c>-KubeConfig</c>.</param>
/// <param name="Namespace">Value of <c>-Namespace</c>.</param>
public sealed record CandidateQuery(string? Context, string? KubeConfig, string? Namespace);
