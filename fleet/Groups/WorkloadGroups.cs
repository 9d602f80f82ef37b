using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Api.Runtime;
using Onboarding.Client.Errors;
using Onboarding.Documents;
using Onboarding.Fleet.Contexts;
using Onboarding.Fleet.Policies;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Groups;

/// <summary>The WorkloadGroups of a cluster.</summary>
/// <param name="kubernetes">The cluster.</param>
public sealed class WorkloadGroups(KubernetesClient kubernetes)
{
    /// <summary>Lists groups with how many members they have and which policies reach them.</summary>
    /// <param name="ns">Namespace; null for all.</param>
    /// <param name="name">True for names that are wanted; null for all.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<WorkloadGroupView>> ListAsync(string? ns, Func<string, bool>? name, CancellationToken cancellationToken)
    {
        Task<KubernetesList<WorkloadGroup>> groups = kubernetes.ListAsync<WorkloadGroup>(ns, cancellationToken: cancellationToken);
        Task<KubernetesList<OnboardingPolicy>> policies = kubernetes.ListAsync<OnboardingPolicy>(ns, cancellationToken: cancellationToken);
        Task<KubernetesList<WorkloadAutoRegistration>> members = kubernetes.ListAsync<WorkloadAutoRegistration>(ns, cancellationToken: cancellationToken);
        await Task.WhenAll(groups, policies, members);
        PolicyView[] views = [.. (await policies).Items.Select(p => PolicyView.Create(p, groups.Result.Items))];
        ILookup<(string?, string?), WorkloadAutoRegistration> byGroup = (await members).Items.ToLookup(m => (m.Metadata.Namespace, m.GroupName));
        return
        [
            .. (await groups).Items
                .Where(g => name?.Invoke(g.Metadata.Name) ?? true)
                .OrderBy(g => g.Metadata.Namespace, StringComparer.Ordinal).ThenBy(g => g.Metadata.Name, StringComparer.Ordinal)
                .Select(g => new WorkloadGroupView(
                    g,
                    byGroup[(g.Metadata.Namespace, g.Metadata.Name)].Count(),
                    [.. views.Where(v => v.Policy.Metadata.Namespace == g.Metadata.Namespace && v.Groups.Contains(g.Metadata.Name)).Select(v => v.Name).Order(StringComparer.Ordinal)])),
        ];
    }

    /// <summary>Makes a group.</summary>
    /// <param name="group">The group, checked by <see cref="Draft"/>.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OnboardingException">There is one of that name.</exception>
    public async Task<WorkloadGroupView> CreateAsync(WorkloadGroup group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        try
        {
            return new WorkloadGroupView(
                await kubernetes.CreateAsync(group, new WriteOptions { FieldManager = FleetSession.FieldManager }, cancellationToken), 0, []);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            throw new OnboardingException(
                ModuleErrorIds.WorkloadGroupExists,
                $"There is a WorkloadGroup '{group.Metadata.Namespace}/{group.Metadata.Name}' already.",
                $"see it: Get-MeshWorkloadGroup {group.Metadata.Name} -Namespace {group.Metadata.Namespace}; or choose another name",
                e);
        }
    }

    /// <summary>A group as the parameters of a command line say it.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="serviceAccount">Who its members are in the mesh.</param>
    /// <param name="labels">Labels of the group, by which policies select it, and of its members.</param>
    /// <param name="ports">Ports of its members by name.</param>
    /// <param name="network">Their network; null for none.</param>
    /// <exception cref="OnboardingException"><see cref="ModuleErrorIds.WorkloadGroupInvalid"/>.</exception>
    public static WorkloadGroup Draft(
        string ns, string name, string serviceAccount, IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, int> ports, string? network)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(ports);
        string[] wrong =
        [
            .. LabelRules.IsDnsSubdomain(name) ? (string[])[] : [$"'{name}' is no name"],
            .. LabelRules.IsDnsSubdomain(serviceAccount) ? (string[])[] : [$"'{serviceAccount}' is no service account"],
            .. labels.SelectMany(l => (string?[])[LabelRules.Key(l.Key) is { } key ? $"label {l.Key} {key}" : null, LabelRules.Value(l.Value) is { } value ? $"label {l.Key} {value}" : null]).OfType<string>(),
            .. ports.Where(p => p.Value is < 1 or > 65535).Select(p => $"port {p.Key} is {p.Value}"),
        ];
        return wrong.Length > 0
            ? throw new OnboardingException(
                ModuleErrorIds.WorkloadGroupInvalid,
                $"The WorkloadGroup '{ns}/{name}' can't be used: {string.Join("; ", wrong)}.",
                "names have lower-case letters, digits, dashes and dots; ports are 1 to 65535: Get-Help New-MeshWorkloadGroup -Examples")
            : new WorkloadGroup
            {
                Metadata = new V1ObjectMeta { Name = name, Namespace = ns, Labels = labels },
                Spec = new WorkloadGroupSpec
                {
                    Metadata = new WorkloadGroupMetadata { Labels = labels },
                    Template = new WorkloadEntrySpec { ServiceAccount = serviceAccount, Ports = ports, Network = network },
                },
            };
    }

    /// <summary>The group as YAML.</summary>
    public static string Write(WorkloadGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return ResourceWriter.ToYaml(group.ToJson());
    }

    /// <summary>That there is no such group.</summary>
    public static OnboardingException NotFound(string ns, string name) => new(
        ModuleErrorIds.WorkloadGroupNotFound, $"There is no WorkloadGroup '{name}' in namespace {ns}.", $"list those there are: Get-MeshWorkloadGroup -Namespace {ns}");
}

/// <summary>A group, and what it comes to.</summary>
/// <param name="group">The group.</param>
/// <param name="members">How many members it has.</param>
/// <param name="policies">Names of the policies that reach it.</param>
public sealed class WorkloadGroupView(WorkloadGroup group, int members, IReadOnlyList<string> policies)
{
    /// <summary>Its namespace.</summary>
    public string Namespace { get; } = ForeignText.Clean(group.Metadata.Namespace ?? "");

    /// <summary>Its name.</summary>
    public string Name { get; } = ForeignText.Clean(group.Metadata.Name);

    /// <summary>Who its members are in the mesh.</summary>
    public string? ServiceAccount { get; } = ForeignText.CleanIfAny(group.Spec.Template.ServiceAccount);

    /// <summary>Labels of the group, by which policies select it.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; } = ForeignText.Clean(group.Metadata.Labels);

    /// <summary>Network of its members; null for none.</summary>
    public string? Network { get; } = ForeignText.CleanIfAny(group.Spec.Template.Network);

    /// <summary>How many members it has.</summary>
    public int Members { get; } = members;

    /// <summary>Names of the policies that reach it.</summary>
    public IReadOnlyList<string> Policies { get; } = policies;

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; } = group.Metadata.CreationTimestamp;
}
