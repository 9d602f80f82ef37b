using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Contexts;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Policies;

/// <summary>The policies of a cluster.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class PolicyStore(KubernetesClient kubernetes, TimeProvider time)
{
    // The plane says what it makes of a policy within moments; a prompt shouldn't wait for one that doesn't run.
    private static readonly TimeSpan VerdictPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan VerdictPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Lists policies, by name.</summary>
    /// <param name="ns">Namespace; null for all.</param>
    /// <param name="name">True for names that are wanted; null for all.</param>
    /// <param name="group">Only those that reach this WorkloadGroup; null for all.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<PolicyView>> ListAsync(string? ns, Func<string, bool>? name, string? group, CancellationToken cancellationToken)
    {
        Task<KubernetesList<OnboardingPolicy>> policies = kubernetes.ListAsync<OnboardingPolicy>(ns, cancellationToken: cancellationToken);
        Task<KubernetesList<WorkloadGroup>> groups = kubernetes.ListAsync<WorkloadGroup>(ns, cancellationToken: cancellationToken);
        await Task.WhenAll(policies, groups);
        IReadOnlyList<WorkloadGroup> known = (await groups).Items;
        return
        [
            .. (await policies).Items
                .Where(p => name?.Invoke(p.Metadata.Name) ?? true)
                .Select(p => PolicyView.Create(p, known))
                .Where(v => group is null || v.Groups.Contains(group))
                .OrderBy(v => v.Policy.Metadata.Namespace, StringComparer.Ordinal).ThenBy(v => v.Policy.Metadata.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The labels by which a selector names a group.</summary>
    /// <exception cref="OnboardingException">There is no such group, or it has no labels.</exception>
    public async Task<IReadOnlyDictionary<string, string>> LabelsOfGroupAsync(string ns, string group, CancellationToken cancellationToken)
    {
        WorkloadGroup found = await kubernetes.TryGetAsync<WorkloadGroup>(ns, group, cancellationToken) ?? throw new OnboardingException(
            ModuleErrorIds.WorkloadGroupNotFound,
            $"There is no WorkloadGroup '{group}' in namespace {ns}.",
            $"list those there are: kubectl -n {ns} get workloadgroups");
        // An empty selector would select every group, those made next year among them.
        return found.Metadata.Labels.Count > 0 ? found.Metadata.Labels : throw new OnboardingException(
            ModuleErrorIds.WorkloadGroupUnlabelled,
            $"The WorkloadGroup '{ns}/{group}' has no labels, and a policy selects groups by their labels.",
            $"label it: kubectl -n {ns} label workloadgroup {group} app={group}");
    }

    /// <summary>Creates a policy.</summary>
    /// <exception cref="OnboardingException">There is one of that name, or what it says can't be used.</exception>
    public async Task<PolicyView> CreateAsync(OnboardingPolicy policy, CancellationToken cancellationToken)
    {
        Check(policy);
        try
        {
            return await WithVerdictAsync(
                await kubernetes.CreateAsync(policy, new WriteOptions { FieldManager = FleetSession.FieldManager }, cancellationToken), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            throw new OnboardingException(
                ModuleErrorIds.PolicyExists,
                $"There is a policy '{policy.Metadata.Namespace}/{policy.Metadata.Name}' already.",
                "replace it (Set-WorkloadGroupPolicy -Path FILE; New-WorkloadGroupPolicy -AsYaml writes one), or choose another name",
                e);
        }
    }

    /// <summary>Creates or replaces a policy by server-side apply: what others own stays theirs.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="fieldManager">Who sets its fields.</param>
    /// <param name="force">Take over fields that others own.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<PolicyView> ApplyAsync(OnboardingPolicy policy, string fieldManager, bool force, CancellationToken cancellationToken)
    {
        Check(policy);
        JsonObject json = policy.ToJson();
        json.Remove("status");
        var metadata = new JsonObject { ["name"] = policy.Metadata.Name, ["namespace"] = policy.Metadata.Namespace };
        foreach (string map in (string[])["labels", "annotations"])
        {
            if (json["metadata"]?[map] is JsonObject { Count: > 0 } entries)
            {
                metadata[map] = entries.DeepClone();
            }
        }

        json["metadata"] = metadata;
        await new FieldTakeover(kubernetes).TakeOverAsync(policy.Metadata.Namespace!, policy.Metadata.Name, fieldManager, cancellationToken);
        return await WithVerdictAsync(
            await kubernetes.PatchAsync<OnboardingPolicy>(
                policy.Metadata.Namespace,
                policy.Metadata.Name,
                V1Patch.Apply(json),
                new PatchOptions { FieldManager = fieldManager, Force = force },
                cancellationToken),
            cancellationToken);
    }

    /// <summary>Removes a policy.</summary>
    /// <exception cref="OnboardingException">There is none.</exception>
    public async Task RemoveAsync(string ns, string name, CancellationToken cancellationToken)
    {
        try
        {
            await kubernetes.DeleteAsync<OnboardingPolicy>(ns, name, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw NotFound(ns, name, e);
        }
    }

    /// <summary>That there is no such policy.</summary>
    public static OnboardingException NotFound(string ns, string name, Exception? inner = null) => new(
        ModuleErrorIds.PolicyNotFound,
        $"There is no policy '{name}' in namespace {ns}.",
        $"list those there are: Get-WorkloadGroupPolicy -Namespace {ns}",
        inner);

    private static void Check(OnboardingPolicy policy)
    {
        string[] errors = [.. policy.Problems.Where(p => p.Severity == Api.Reading.ProblemSeverity.Error).Select(p => p.ToString())];
        if (errors.Length > 0)
        {
            throw new OnboardingException(
                ModuleErrorIds.PolicyInvalid,
                $"The policy '{policy.Metadata.Namespace}/{policy.Metadata.Name}' can't be used: {string.Join("; ", errors)}.",
                "correct it; every field: Get-Help New-WorkloadGroupPolicy -Full");
        }
    }

    private async Task<PolicyView> WithVerdictAsync(OnboardingPolicy policy, CancellationToken cancellationToken)
    {
        string ns = policy.Metadata.Namespace!;
        IReadOnlyList<WorkloadGroup> groups = (await kubernetes.ListAsync<WorkloadGroup>(ns, cancellationToken: cancellationToken)).Items;
        long start = time.GetTimestamp();
        PolicyView view = PolicyView.Create(policy, groups);
        while (!view.IsCurrent && time.GetElapsedTime(start) < VerdictPatience)
        {
            await Task.Delay(VerdictPause, time, cancellationToken);
            view = PolicyView.Create(await kubernetes.GetAsync<OnboardingPolicy>(ns, policy.Metadata.Name, cancellationToken), groups);
        }

        return view;
    }
}
