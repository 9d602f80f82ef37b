using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Runtime;
using Onboarding.Client.Errors;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Keys;

/// <summary>Which key each identity is bound to.</summary>
/// <param name="kubernetes">The cluster.</param>
public sealed class WorkloadKeys(KubernetesClient kubernetes)
{
    /// <summary>Lists bindings of registered workloads, and of those that have left.</summary>
    /// <param name="ns">Namespace of the workload; null for all.</param>
    /// <param name="name">True for names of registrations that are wanted; null for all, also those that have left.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<BoundKey>> ListAsync(string? ns, Func<string, bool>? name, CancellationToken cancellationToken)
    {
        Task<KubernetesList<WorkloadKeyBinding>> bindings = kubernetes.ListAsync<WorkloadKeyBinding>(null, cancellationToken: cancellationToken);
        Task<KubernetesList<WorkloadAutoRegistration>> members = kubernetes.ListAsync<WorkloadAutoRegistration>(ns, cancellationToken: cancellationToken);
        await Task.WhenAll(bindings, members);
        ILookup<string, WorkloadAutoRegistration> registered = (await members).Items
            .Where(m => m.Spec is not null)
            .ToLookup(m => KeyBindingName.ForIdentity(m.Spec!.Identity), StringComparer.Ordinal);
        return
        [
            .. (await bindings).Items
                .Select(b => new BoundKey(b, registered[b.Metadata.Name].FirstOrDefault()))
                .Where(k => (ns is null || k.Namespace == ns) && (name is null || (k.Registration is { } registration && name(registration))))
                .OrderBy(k => k.Namespace, StringComparer.Ordinal).ThenBy(k => k.CanonicalIdentity, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Removes a binding: the next key that proves the identity is bound. Attack: a machine with a copied credential may be first; the
    /// command's help says to look at the machine before.
    /// </summary>
    /// <param name="key">The binding as it was read: one that was made since isn't touched.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task ResetAsync(BoundKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        try
        {
            await kubernetes.DeleteAsync<WorkloadKeyBinding>(
                key.BindingNamespace, key.BindingName, new DeleteOptions { Uid = key.BindingUid }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
            throw new OnboardingException(
                ModuleErrorIds.WorkloadKeyNotFound, $"The key of '{key.CanonicalIdentity}' was reset meanwhile, or another is bound.", "read it again: Get-MeshWorkloadKey", e);
        }
    }

    /// <summary>That no key is bound.</summary>
    public static OnboardingException NotFound(string ns, string name) => new(
        ModuleErrorIds.WorkloadKeyNotFound,
        $"No key is bound for a workload '{name}' in namespace {ns}.",
        $"list those there are, also of workloads that have left: Get-MeshWorkloadKey -Namespace {ns}");
}

/// <summary>An identity and the key that it is bound to.</summary>
/// <param name="binding">What is stored.</param>
/// <param name="member">The registration that has the identity; null if it has left.</param>
public sealed class BoundKey(WorkloadKeyBinding binding, WorkloadAutoRegistration? member)
{
    /// <summary>Namespace of the workload.</summary>
    public string Namespace { get; } = ForeignText.Clean(member?.Metadata.Namespace ?? binding.Spec?.CreatedFor?.Namespace ?? "");

    /// <summary>Its WorkloadGroup.</summary>
    public string Group { get; } = ForeignText.Clean(member?.GroupName ?? binding.Spec?.CreatedFor?.Name ?? "");

    /// <summary>Its registration; null if it has left.</summary>
    public string? Registration { get; } = ForeignText.CleanIfAny(member?.Metadata.Name);

    /// <summary>Who it was proved to be, as JSON; null if it has left.</summary>
    public string? IdentityJson { get; } = member?.Spec?.Identity.ToJson().ToJsonString();

    /// <summary>The identity as it is bound.</summary>
    public string CanonicalIdentity { get; } = ForeignText.Clean(binding.Spec?.Identity ?? "");

    /// <summary>Thumbprint (RFC 7638) of the key.</summary>
    public string Thumbprint { get; } = ForeignText.Clean(binding.Spec?.Jkt ?? "");

    /// <summary>Why it is excluded; null if it isn't.</summary>
    public string? StayOut { get; } = ForeignText.CleanIfAny(binding.Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.StayOut));

    /// <summary>Since when no registration has the identity, as the plane noted; null while one has.</summary>
    public DateTimeOffset? UnusedSince { get; } =
        DateTimeOffset.TryParse(binding.Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.UnusedSince), System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset at) ? at : null;

    /// <summary>When it was bound.</summary>
    public DateTimeOffset? Created { get; } = binding.Metadata.CreationTimestamp;

    /// <summary>Name of the binding.</summary>
    public string BindingName { get; } = binding.Metadata.Name;

    internal string? BindingNamespace { get; } = binding.Metadata.Namespace;

    internal string? BindingUid { get; } = binding.Metadata.Uid;
}
