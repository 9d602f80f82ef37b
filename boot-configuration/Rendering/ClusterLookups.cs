using System.Net;
using Onboarding.Api.Istio;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.BootConfiguration.Rendering;

/// <summary>What istioctl asks a cluster, with its words where it fails.</summary>
internal sealed class ClusterLookups(KubernetesClient client, string istioNamespace)
{
    private const string RootCertificateName = "istio-ca-root-cert";

    /// <summary>Who accepts the token: istiod, and no one else.</summary>
    private const string Audience = "istio-ca";

    public async Task<WorkloadGroupSource> GroupAsync(string ns, string name, CancellationToken cancellationToken)
    {
        try
        {
            WorkloadGroup group = await client.GetAsync<WorkloadGroup>(ns, name, cancellationToken);
            return WorkloadGroupSource.FromApiServer(group.ToJson());
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failed(
                RenderErrorIds.WorkloadGroupNotFound,
                $"workloadgroup {name} not found in namespace {ns}: {e.Message}",
                $"kubectl get workloadgroups -n {ns}",
                e);
        }
    }

    /// <summary>The revision that the default tag points to; <c>default</c> where there is none.</summary>
    public async Task<string> RevisionAsync(CancellationToken cancellationToken)
    {
        string name = RevisionTag.NameOf(RevisionTag.Default, istioNamespace);
        try
        {
            return (await client.TryGetAsync<RevisionTag>(null, name, cancellationToken))?.Revision ?? RevisionTag.Default;
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failed(
                RenderErrorIds.RevisionUnknown,
                $"failed to find the revision of the default tag (mutatingwebhookconfiguration {name}): {e.Message}",
                "say it with --revision; --revision default for a control plane without one",
                e);
        }
    }

    public async Task<string> ClusterIdAsync(string revision, CancellationToken cancellationToken)
    {
        string name = Revisioned("istio-sidecar-injector", revision);
        try
        {
            V1ConfigMap values = await client.GetAsync<V1ConfigMap>(istioNamespace, name, cancellationToken);
            return InjectorValues.ClusterName(values.Data.TryGetValue("values", out string? text) ? text : "");
        }
        catch (Exception e) when (IsFailure(e) || e is BootConfigurationException)
        {
            throw Failed(
                RenderErrorIds.ClusterIdUnknown,
                $"failed to automatically determine the --cluster-id: configmap {name} in namespace {istioNamespace}: {e.Message}",
                "say it with --cluster-id; Istio's own default is Kubernetes",
                e);
        }
    }

    public Task<string> MeshConfigAsync(string revision, CancellationToken cancellationToken) => ConfigMapAsync(
        istioNamespace, Revisioned("istio", revision), "mesh", $"kubectl get configmaps -n {istioNamespace}; is --revision right?", cancellationToken);

    public Task<string> RootCertificateAsync(string ns, CancellationToken cancellationToken) => ConfigMapAsync(
        ns,
        RootCertificateName,
        "root-cert.pem",
        $"istiod writes it into every namespace soon after its creation: kubectl get configmap {RootCertificateName} -n {ns}",
        cancellationToken);

    public async Task<ServiceAccountToken> TokenAsync(string ns, string serviceAccount, TimeSpan duration, CancellationToken cancellationToken)
    {
        try
        {
            return await client.CreateTokenAsync(ns, serviceAccount, [Audience], duration, cancellationToken: cancellationToken);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failed(
                RenderErrorIds.TokenNotCreated,
                $"could not create a token under service account {serviceAccount} in namespace {ns}: {e.Message}",
                e switch
                {
                    _ when serviceAccount.Length == 0 => "name one in the WorkloadGroup: spec.template.serviceAccount",

                    // What the API server has against a request of this shape is the life it asks for: 10 minutes are the least.
                    KubernetesException { HttpStatusCode: HttpStatusCode.UnprocessableEntity } => "ask for another life with --token-duration, in seconds: 600 at least",
                    _ => $"kubectl get serviceaccount {serviceAccount} -n {ns}",
                },
                e);
        }
    }

    /// <summary>Address of the gateway's Service; empty where there is none, which is no error.</summary>
    public async Task<string> IngressAddressAsync(string ingressService, CancellationToken cancellationToken)
    {
        string[] parts = ingressService.Split('.');
        (string name, string ns) = parts.Length == 2 ? (parts[0], parts[1]) : (ingressService, istioNamespace);
        try
        {
            V1Service service = await client.GetAsync<V1Service>(ns, name, cancellationToken);
            return service.LoadBalancerIngress.Count > 0
                ? service.LoadBalancerIngress[0].Ip ?? ""
                : service.ExternalIps.FirstOrDefault("");
        }
        catch (Exception e) when (IsFailure(e))
        {
            return "";
        }
    }

    private async Task<string> ConfigMapAsync(string ns, string name, string key, string nextStep, CancellationToken cancellationToken)
    {
        try
        {
            V1ConfigMap map = await client.GetAsync<V1ConfigMap>(ns, name, cancellationToken);
            return map.Data.TryGetValue(key, out string? text) ? text : "";
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failed(RenderErrorIds.ConfigMapNotFound, $"configmap {name} was not found in namespace {ns}: {e.Message}", nextStep, e);
        }
    }

    private static string Revisioned(string name, string revision) => IstiodAddress.IsRevisioned(revision) ? $"{name}-{revision}" : name;

    // ArgumentException: a name no object can have.
    private static bool IsFailure(Exception e) => e is KubernetesException or KubeConfigException or ArgumentException;

    // What could not be asked for may well be there: only an answer says that it is not. Where the caller can say it instead, that remains the advice.
    private static RenderException Failed(string errorId, string message, string nextStep, Exception e)
    {
        bool saysAbsent = errorId is RenderErrorIds.WorkloadGroupNotFound or RenderErrorIds.ConfigMapNotFound;
        (string id, string next) = e switch
        {
            KubeConfigException or KubernetesException { IsUnreachable: true } => (RenderErrorIds.ClusterUnavailable, "kubectl get --raw /readyz"),
            KubernetesException { Reason: StatusReason.Unauthorized } when saysAbsent => (RenderErrorIds.ClusterUnauthorized, "kubectl auth whoami"),
            KubernetesException { Reason: StatusReason.Forbidden } when saysAbsent => (RenderErrorIds.ClusterForbidden, "kubectl auth can-i --list"),
            _ => (errorId, nextStep),
        };
        return new RenderException(RenderFailure.Cluster, id, message, next, e);
    }
}
