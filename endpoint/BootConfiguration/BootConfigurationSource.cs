using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Registration;
using Onboarding.Api.Runtime;
using Onboarding.BootConfiguration;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.Refusals;
using Onboarding.Endpoint.Registration;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>Makes the boot configuration of a member from its registration, its group and what Istio says.</summary>
internal sealed class BootConfigurationSource(KubernetesClient client, ClusterState cluster, MeshSettings mesh, AddressRules addresses)
{
    /// <summary>Who accepts the sidecar's token: istiod, and nobody else.</summary>
    private const string TokenAudience = "istio-ca";

    /// <summary>Life of an istio-token; renewed at half of it.</summary>
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Makes the files. Reads informers only.</summary>
    /// <exception cref="RefusedException">Something they are made of is missing or malformed.</exception>
    public BootContent Make(WorkloadAutoRegistration member)
    {
        string ns = member.Metadata.Namespace!;
        WorkloadGroup group = GroupOf(member);
        string? revision = member.Spec!.Registration.Sidecar.Istio?.Revision;
        string meshConfig = mesh.MeshConfig(revision)
            ?? throw Missing($"there is no mesh configuration of control-plane revision '{revision ?? "default"}' in namespace {mesh.Namespace}");
        string root = mesh.RootCertificate(ns)
            ?? throw Missing($"namespace {ns} has no ConfigMap {ClusterState.RootCertificateName} yet");
        string address = AddressChoice.Choose(member.Spec.Registration, addresses.AllowLoopback);
        bool isExternal = member.Spec.Registration.Settings is { ConnectedOver: AddressType.Internet };
        try
        {
            BootConfigurationFiles files = BootConfigurationGenerator.Generate(new BootConfigurationInputs
            {
                WorkloadGroup = WorkloadGroupSource.FromApiServer(group.ToJson()),
                MeshConfig = meshConfig,
                ClusterId = mesh.ClusterId(revision),
                Revision = revision ?? "",
                IstioNamespace = mesh.Namespace,
                InternalIP = isExternal ? "" : address,
                ExternalIP = isExternal ? address : "",
                IngressIP = mesh.IngressAddress(),
                ExtraMetadata = new Dictionary<string, string> { ["ISTIO_META_WORKLOAD_ENTRY"] = member.Metadata.Name },
            });
            return new BootContent
            {
                ClusterEnv = files.ClusterEnv,
                MeshYaml = files.MeshYaml,
                RootCertificate = root,
                Hosts = files.Hosts,
                Namespace = ns,
                ServiceAccount = SpiffeId.AccountOf(group),
                SpiffeId = SpiffeId.Of(group, mesh.TrustDomain(revision)),
            };
        }
        catch (BootConfigurationException e)
        {
            throw Missing(e.Message);
        }
    }

    /// <summary>Has a new istio-token made.</summary>
    public async Task<ServiceAccountToken> CreateTokenAsync(BootContent content, CancellationToken cancellationToken)
    {
        try
        {
            return await client.CreateTokenAsync(
                content.Namespace, content.ServiceAccount, [TokenAudience], TokenLife, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw Missing($"there is no service account {content.Namespace}/{content.ServiceAccount}, which the WorkloadGroup names");
        }
    }

    private WorkloadGroup GroupOf(WorkloadAutoRegistration member)
    {
        string ns = member.Metadata.Namespace!;
        string? name = member.Metadata.OwnerReferences.FirstOrDefault(o => o.Kind == WorkloadGroup.Definition.Kind)?.Name;
        WorkloadGroup? current = name is null ? null : cluster.Groups.Get(ns, name);
        return current is not null ? GroupSnapshot.Of(member, current) : throw Missing($"WorkloadGroup {ns}/{name} is gone");
    }

    private static RefusedException Missing(string what) =>
        Refuse.Unavailable(Reasons.BootConfigurationUnavailable, $"The boot configuration can't be made: {what}.", Pause);
}
