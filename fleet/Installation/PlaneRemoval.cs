using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Client.Errors;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Fleet.Installation;

/// <summary>Removes what <see cref="PlaneInstallation"/> installed.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="ns">Namespace of the plane.</param>
public sealed class PlaneRemoval(KubernetesClient kubernetes, string ns)
{
    private const int MostListed = 20;
    private const string InstanceLeases = "onboarding-instance-";
    private const string OperatorName = "onboarding-operator";

    private readonly Inventory _inventory = new(kubernetes, ns);

    /// <summary>What is removed, in the order in which it is: first the plane, while the operator still runs, last the definitions.</summary>
    /// <param name="purge">What is removed of that which is kept otherwise.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<RemovalPlan> PlanAsync(IReadOnlySet<KeptObjects> purge, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(purge);
        if (await kubernetes.TryGetAsync(ClusterObject.Deployment, ns, OperatorName, cancellationToken) is { } deployment)
        {
            Prerequisites.RefuseHelms(new ClusterObject(ClusterObject.Deployment, ns, OperatorName), deployment);
        }

        IReadOnlyList<ClusterObject> installed = await _inventory.ReadAsync(cancellationToken) ?? throw new OnboardingException(
            ModuleErrorIds.InstallationNotFound,
            $"Install-OnboardingPlane installed nothing in namespace {ns}: there is no ConfigMap {Inventory.Name}.",
            $"see what is there: kubectl get deployments,configmaps -A -l app.kubernetes.io/name=onboarding-operator; what kubectl applied is removed with: kubectl delete -k deploy");
        // Also one that was applied by hand: its endpoints would go on without roles, and without an operator.
        ClusterObject plane = new(OnboardingPlane.Definition, ns, OnboardingPlane.DefaultName);
        return new RemovalPlan([.. installed.Reverse().Append(plane).OrderBy(Order).Where(o => !IsKept(o) || IsPurged(o, purge)).DistinctBy(o => o.ToString())]);
    }

    /// <summary>The machines that are registered, in all namespaces: <c>namespace/name</c>.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<IReadOnlyList<string>> MembersAsync(CancellationToken cancellationToken) =>
        [.. (await kubernetes.ListAsync(WorkloadAutoRegistration.Definition, null, cancellationToken)).Select(ObjectMetaJson.Read).Select(m => $"{m.Namespace}/{m.Name}")];

    /// <summary>Refuses while there are members: without an operator nothing would remove their entries.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task RefuseMembersAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> members = await MembersAsync(cancellationToken);
        if (members.Count > 0)
        {
            string more = members.Count > MostListed ? $" and {members.Count - MostListed} more" : "";
            throw new OnboardingException(
                ModuleErrorIds.MembersRegistered,
                $"{members.Count} machines are registered, and without an operator nothing would remove their entries: {string.Join(", ", members.Take(MostListed))}{more}.",
                "unregister them (Get-MeshWorkload -AllNamespaces | Unregister-MeshWorkload), or have them removed: Uninstall-OnboardingPlane -RemoveMembers");
        }
    }

    /// <summary>Takes every member out: Kubernetes deletes their entries, which they own.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task RemoveMembersAsync(CancellationToken cancellationToken)
    {
        foreach (string member in await MembersAsync(cancellationToken))
        {
            string[] parts = member.Split('/');
            await kubernetes.DeleteAsync(WorkloadAutoRegistration.Definition, parts[0], parts[1], cancellationToken);
        }
    }

    /// <summary>Removes it all.</summary>
    /// <param name="plan">What.</param>
    /// <param name="purge">What is removed of that which is kept otherwise.</param>
    /// <param name="progress">Told each object, and the share that is done.</param>
    /// <param name="cancellationToken">Cancels it; a second call goes on.</param>
    public async Task RemoveAsync(RemovalPlan plan, IReadOnlySet<KeptObjects> purge, Action<string, int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(purge);
        ArgumentNullException.ThrowIfNull(progress);
        await PurgeAsync<OnboardingPolicy>(null, purge.Contains(KeptObjects.Policies), cancellationToken);
        await PurgeAsync<JoinToken>(null, purge.Contains(KeptObjects.JoinTokens), cancellationToken);
        foreach ((ClusterObject one, int i) in plan.All.Select((o, i) => (o, i)))
        {
            progress(one.ToString(), i * 100 / plan.All.Count);
            await kubernetes.DeleteAsync(one.Kind, one.Namespace, one.Name, cancellationToken);
        }

        // After the endpoints, which would bind the keys of members that come back in the meantime.
        await PurgeAsync<WorkloadKeyBinding>(ns, purge.Contains(KeptObjects.KeyBindings), cancellationToken);
        await kubernetes.DeleteAsync(V1Lease.Definition, ns, "onboarding-plane-leader", cancellationToken);

        // An endpoint that lost its rights before it ended could not take its Lease back.
        foreach (string lease in (await kubernetes.ListAsync(V1Lease.Definition, ns, cancellationToken)).Select(l => ObjectMetaJson.Read(l).Name))
        {
            if (lease.StartsWith(InstanceLeases, StringComparison.Ordinal))
            {
                await kubernetes.DeleteAsync(V1Lease.Definition, ns, lease, cancellationToken);
            }
        }

        await _inventory.DeleteAsync(cancellationToken);
    }

    internal static bool IsKept(ClusterObject one) => one.Kind == ClusterObject.Definition || one.Kind == ClusterObject.Secret;

    private static bool IsPurged(ClusterObject one, IReadOnlySet<KeptObjects> purge) =>
        purge.Contains(one.Kind == ClusterObject.Definition ? KeptObjects.Definitions : KeptObjects.TokenKeys);

    // The plane first: what the operator made of it goes by its owner reference. Roles after the programs that need them.
    private static int Order(ClusterObject one) =>
        one.Kind == OnboardingPlane.Definition ? 0
        : one.Kind == ClusterObject.Deployment ? 1
        : one.Kind == ClusterObject.Definition ? 3
        : 2;

    private async Task PurgeAsync<T>(string? where, bool wanted, CancellationToken cancellationToken)
        where T : IKubernetesObject<T>
    {
        foreach (JsonObject one in wanted ? await kubernetes.ListAsync(T.Definition, where, cancellationToken) : [])
        {
            V1ObjectMeta metadata = ObjectMetaJson.Read(one);
            await kubernetes.DeleteAsync(T.Definition, metadata.Namespace, metadata.Name, cancellationToken);
        }
    }
}

/// <summary>What a removal takes away.</summary>
public sealed class RemovalPlan
{
    internal RemovalPlan(IReadOnlyList<ClusterObject> all) => All = all;

    internal IReadOnlyList<ClusterObject> All { get; }

    /// <summary>One object a line.</summary>
    public IReadOnlyList<string> Objects => [.. All.Select(o => o.ToString())];
}

/// <summary>What an uninstall keeps unless it is named.</summary>
public enum KeptObjects
{
    /// <summary>The definitions, and with them every object of our kinds.</summary>
    Definitions = 0,

    /// <summary>OnboardingPolicies of all namespaces.</summary>
    Policies = 1,

    /// <summary>Which identity is bound to which key.</summary>
    KeyBindings = 2,

    /// <summary>The Secret with the keys that onboarding tokens are signed with.</summary>
    TokenKeys = 3,

    /// <summary>Join tokens of all namespaces.</summary>
    JoinTokens = 4,
}
