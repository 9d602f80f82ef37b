using Onboarding.Api.Authorization;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.BootConfiguration;
using Onboarding.Endpoint.Authorization;
using Onboarding.Endpoint.Tokens;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Endpoint.Cluster;

/// <summary>
/// Everything the plane reads of the cluster, followed by informers: no call of an agent costs the API server a read. Nothing in
/// it is trusted to have passed admission; each kind re-validates what it reads.
/// </summary>
internal sealed class ClusterState
{
    /// <summary>The ConfigMap that istiod writes into every namespace.</summary>
    public const string RootCertificateName = "istio-ca-root-cert";

    private readonly List<(Func<CancellationToken, Task> Run, Func<Task> Synced)> _informers = [];

    /// <summary>Makes the informers; <see cref="RunAsync"/> starts them.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="planeNamespace">Namespace of the plane.</param>
    public ClusterState(KubernetesClient client, string planeNamespace)
    {
        Planes = Follow<OnboardingPlane>(client, planeNamespace);
        Policies = Follow<OnboardingPolicy>(client);
        JoinTokens = Follow<JoinToken>(client);
        Groups = Follow<WorkloadGroup>(client);
        Registrations = Follow<WorkloadAutoRegistration>(client);
        KeyBindings = Follow<WorkloadKeyBinding>(client, planeNamespace);
        ConfigMaps = Follow<V1ConfigMap>(client, planeNamespace);
        RootCertificates = Follow<V1ConfigMap>(client, options: Named(RootCertificateName));
        Services = Follow<V1Service>(client, planeNamespace);
        Namespaces = Follow<V1Namespace>(client);
        RevisionTags = Follow<RevisionTag>(client);
        TokenKeySecrets = Follow<V1Secret>(client, planeNamespace, Named(TokenKeysSecret.Name));
        Leases = Follow<V1Lease>(client, planeNamespace);
        KeyBindingsByKey = KeyBindings.AddIndex(b => b.Spec is { } spec ? [spec.Jkt] : []);
        RegistrationsByIdentity = Registrations.AddIndex(r => r.Spec is { } spec ? [CanonicalIdentity.Of(spec.Identity)] : []);
        RegistrationsByNamespace = Registrations.AddIndex(r => r.Metadata.Namespace is { } ns ? [ns] : []);
        Policies.Changed += PolicySnapshot.Apply;
    }

    public ResourceInformer<OnboardingPlane> Planes { get; }

    public ResourceInformer<OnboardingPolicy> Policies { get; }

    public ResourceInformer<JoinToken> JoinTokens { get; }

    public ResourceInformer<WorkloadGroup> Groups { get; }

    public ResourceInformer<WorkloadAutoRegistration> Registrations { get; }

    public ResourceInformer<WorkloadKeyBinding> KeyBindings { get; }

    public ResourceInformer<V1ConfigMap> ConfigMaps { get; }

    public ResourceInformer<V1ConfigMap> RootCertificates { get; }

    public ResourceInformer<V1Service> Services { get; }

    public ResourceInformer<V1Namespace> Namespaces { get; }

    public ResourceInformer<RevisionTag> RevisionTags { get; }

    public ResourceInformer<V1Secret> TokenKeySecrets { get; }

    public ResourceInformer<V1Lease> Leases { get; }

    /// <summary>Key bindings by thumbprint: one key never binds two identities.</summary>
    public InformerIndex<WorkloadKeyBinding> KeyBindingsByKey { get; }

    /// <summary>Registrations by canonical identity, in any namespace.</summary>
    public InformerIndex<WorkloadAutoRegistration> RegistrationsByIdentity { get; }

    /// <summary>Registrations by namespace.</summary>
    public InformerIndex<WorkloadAutoRegistration> RegistrationsByNamespace { get; }

    /// <summary>The policies, ready for decisions.</summary>
    public PolicySnapshot PolicySnapshot { get; } = new();

    /// <summary>Follows the cluster until told to stop.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_informers.Select(i => i.Run(cancellationToken)));

    /// <summary>Complete when everything has been read once.</summary>
    public Task HasSynced => Task.WhenAll(_informers.Select(i => i.Synced()));

    /// <summary>True when everything has been read once.</summary>
    public bool IsSynced => _informers.All(i => i.Synced().IsCompletedSuccessfully);

    private static ListOptions Named(string name) => new() { FieldSelector = $"metadata.name={name}" };

    private ResourceInformer<T> Follow<T>(KubernetesClient client, string? ns = null, ListOptions? options = null)
        where T : class, Api.Meta.IKubernetesObject<T>
    {
        var informer = new ResourceInformer<T>(client, ns, options);
        _informers.Add((informer.RunAsync, () => informer.HasSynced));
        return informer;
    }
}
