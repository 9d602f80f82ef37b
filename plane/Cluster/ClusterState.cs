using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Plane.Cluster;

/// <summary>
/// What endpoint and operator both read of the cluster, followed by informers: no call of an agent costs the API server a read. Each
/// program adds what it alone reads by <see cref="Follow"/>. Nothing in it is trusted to have passed admission; each kind re-validates
/// what it reads.
/// </summary>
internal sealed class ClusterState
{
    /// <summary>The Secret that holds what replicas sign with.</summary>
    public const string TokenKeysSecret = "onboarding-token-keys";

    private readonly KubernetesClient _client;
    private readonly List<(Func<CancellationToken, Task> Run, Func<Task> Synced, Func<bool> IsBehind)> _informers = [];

    /// <summary>Makes the informers; <see cref="RunAsync"/> starts them.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="planeNamespace">Namespace of the plane.</param>
    public ClusterState(KubernetesClient client, string planeNamespace)
    {
        _client = client;
        PlaneNamespace = planeNamespace;
        Planes = Follow<OnboardingPlane>(planeNamespace);
        Policies = Follow<OnboardingPolicy>();
        Groups = Follow<WorkloadGroup>();
        Registrations = Follow<WorkloadAutoRegistration>();
        KeyBindings = Follow<WorkloadKeyBinding>(planeNamespace);
        TokenKeySecrets = Follow<V1Secret>(planeNamespace, Named(TokenKeysSecret));
        KeyBindingsByKey = KeyBindings.AddIndex(b => b.Spec is { } spec ? [spec.Jkt] : []);
        RegistrationsByIdentity = Registrations.AddIndex(r => r.Spec is { } spec ? [CanonicalIdentity.Serialize(spec.Identity)] : []);
        RegistrationsByNamespace = Registrations.AddIndex(r => r.Metadata.Namespace is { } ns ? [ns] : []);
        Policies.Changed += PolicySnapshot.Apply;
    }

    /// <summary>Namespace of the plane, which is Istio's: settings, key bindings, token keys, Leases, Istio's configuration.</summary>
    public string PlaneNamespace { get; }

    public ResourceInformer<OnboardingPlane> Planes { get; }

    public ResourceInformer<OnboardingPolicy> Policies { get; }

    public ResourceInformer<WorkloadGroup> Groups { get; }

    public ResourceInformer<WorkloadAutoRegistration> Registrations { get; }

    public ResourceInformer<WorkloadKeyBinding> KeyBindings { get; }

    public ResourceInformer<V1Secret> TokenKeySecrets { get; }

    /// <summary>Key bindings by thumbprint: one key never binds two identities.</summary>
    public InformerIndex<WorkloadKeyBinding> KeyBindingsByKey { get; }

    /// <summary>Registrations by canonical identity, in any namespace.</summary>
    public InformerIndex<WorkloadAutoRegistration> RegistrationsByIdentity { get; }

    /// <summary>Registrations by namespace.</summary>
    public InformerIndex<WorkloadAutoRegistration> RegistrationsByNamespace { get; }

    /// <summary>The policies, ready for decisions.</summary>
    public PolicySnapshot PolicySnapshot { get; } = new();

    /// <summary>Complete when everything has been read once.</summary>
    public Task HasSynced => Task.WhenAll(_informers.Select(i => i.Synced()));

    /// <summary>True when everything has been read once.</summary>
    public bool IsSynced => _informers.All(i => i.Synced().IsCompletedSuccessfully);

    /// <summary>True while what is known of some kind is older than what this process itself wrote of it last.</summary>
    public bool IsBehindOwnWrites => _informers.Any(i => i.IsBehind());

    /// <summary>The key that an identity is bound to; null if it isn't bound.</summary>
    public WorkloadKeyBinding? KeyBindingOf(WorkloadIdentity identity) => KeyBindings.Get(PlaneNamespace, KeyBindingName.ForIdentity(identity));

    /// <summary>What a list and a watch ask for that are about one name.</summary>
    public static ListOptions Named(string name) => new() { FieldSelector = $"metadata.name={name}" };

    /// <summary>Follows one more kind, from the same start on as the others; to be called before <see cref="RunAsync"/>.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="options">Which objects; null for all.</param>
    public ResourceInformer<T> Follow<T>(string? ns = null, ListOptions? options = null)
        where T : class, IKubernetesObject<T>
    {
        var informer = new ResourceInformer<T>(_client, ns, options);
        _informers.Add((informer.RunAsync, () => informer.HasSynced, () => informer.IsBehindOwnWrites));
        return informer;
    }

    /// <summary>Follows the cluster until told to stop.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_informers.Select(i => i.Run(cancellationToken)));
}
