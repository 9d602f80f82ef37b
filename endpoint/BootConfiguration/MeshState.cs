using Onboarding.BootConfiguration;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>What boot configurations are made of that only the endpoint reads: Istio's configuration, and where its gateway is.</summary>
internal sealed class MeshState
{
    /// <summary>The ConfigMap that istiod writes into every namespace.</summary>
    public const string RootCertificateName = "istio-ca-root-cert";

    /// <summary>The ConfigMap that istiod writes its authority's revocation lists into, in every namespace.</summary>
    public const string RevocationListsName = "istio-ca-crl";

    /// <summary>Makes the informers, which run with those of the cluster.</summary>
    public MeshState(ClusterState cluster)
    {
        Namespace = cluster.PlaneNamespace;
        ConfigMaps = cluster.Follow<V1ConfigMap>(Namespace);
        RootCertificates = cluster.Follow<V1ConfigMap>(options: ClusterState.Named(RootCertificateName));
        RevocationLists = cluster.Follow<V1ConfigMap>(options: ClusterState.Named(RevocationListsName));
        Services = cluster.Follow<V1Service>(Namespace);
        Namespaces = cluster.Follow<V1Namespace>();
        RevisionTags = cluster.Follow<RevisionTag>();
    }

    /// <summary>Istio's own namespace, which is the plane's.</summary>
    public string Namespace { get; }

    public ResourceInformer<V1ConfigMap> ConfigMaps { get; }

    public ResourceInformer<V1ConfigMap> RootCertificates { get; }

    public ResourceInformer<V1ConfigMap> RevocationLists { get; }

    public ResourceInformer<V1Service> Services { get; }

    public ResourceInformer<V1Namespace> Namespaces { get; }

    public ResourceInformer<RevisionTag> RevisionTags { get; }
}
