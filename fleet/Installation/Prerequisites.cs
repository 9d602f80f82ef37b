using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Client.Errors;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Installation;

/// <summary>What a cluster must have before anything is installed there, and what must not be there.</summary>
internal sealed class Prerequisites(KubernetesClient kubernetes)
{
    private static readonly Version OldestKubernetes = new(1, 28);

    private const string HelmRelease = "meta.helm.sh/release-name";
    private const string HelmNamespace = "meta.helm.sh/release-namespace";

    /// <summary>Ends the installation where it would take over what others own, or couldn't work.</summary>
    public async Task RefuseAsync(IReadOnlyList<ClusterObject> objects, CancellationToken cancellationToken)
    {
        foreach (ClusterObject wanted in objects)
        {
            if (await kubernetes.TryGetAsync(wanted.Kind, wanted.Namespace, wanted.Name, cancellationToken) is not { } existing)
            {
                continue;
            }

            RefuseHelms(wanted, existing);
            if (wanted.Kind == ClusterObject.Definition)
            {
                RefuseForeign(wanted, existing);
            }
        }

        if (await kubernetes.GetVersionAsync(cancellationToken) is { } version && VersionOf(version) is { } known && known < OldestKubernetes)
        {
            throw Missing($"The cluster runs Kubernetes {version}; the definitions need {OldestKubernetes} or newer.", "upgrade the cluster, or choose another one: Connect-OnboardingPlane -Context NAME");
        }

        if (!await kubernetes.ServesAsync("apps/v1", cancellationToken))
        {
            throw Missing(
                $"The cluster at {kubernetes.Server} has no Deployments (apps/v1): it is a laptop's plane, which has its endpoint and operator built in.",
                "choose a cluster: Connect-OnboardingPlane -Context NAME");
        }
    }

    /// <summary>Refuses an object that a release of Helm owns. The Secret with the keys is kept when its release goes, and belongs to no one then.</summary>
    public static void RefuseHelms(ClusterObject wanted, JsonObject existing)
    {
        V1ObjectMeta metadata = ObjectMetaJson.Read(existing);
        if (wanted.Kind != ClusterObject.Secret && metadata.Annotations.TryGetValue(HelmRelease, out string? release))
        {
            string ns = metadata.Annotations.GetValueOrDefault(HelmNamespace, wanted.Namespace ?? OnboardingPlane.DefaultNamespace);
            throw new OnboardingException(
                ModuleErrorIds.PlaneOwnedByHelm,
                $"{wanted} belongs to Helm's release '{release}' in namespace {ns}: two installers would undo each other's work.",
                $"go on with Helm (helm upgrade {release} CHART --namespace {ns}), or remove the release first: helm uninstall {release} --namespace {ns}");
        }
    }

    /// <summary>What is missing and can still come: warnings.</summary>
    public async Task<IReadOnlyList<string>> LackingAsync(InstallOptions options, CancellationToken cancellationToken)
    {
        List<string> lacking = [];
        if (!await kubernetes.ServesAsync("networking.istio.io/v1", cancellationToken))
        {
            lacking.Add("Istio isn't installed: the cluster doesn't know networking.istio.io/v1. Next: istioctl install");
        }
        else if (await kubernetes.TryGetAsync(ClusterObject.ConfigMap, options.Namespace, "istio", cancellationToken) is null)
        {
            lacking.Add($"Namespace {options.Namespace} has no Istio: its ConfigMap 'istio' isn't there. Next: kubectl get configmaps -A --field-selector=metadata.name=istio");
        }

        JsonNode? endpoint = options.Plane?["spec"]?["endpoint"];
        if (endpoint?["certificate"] is not null)
        {
            if (!await kubernetes.ServesAsync("cert-manager.io/v1", cancellationToken))
            {
                lacking.Add("The plane asks cert-manager for its certificate, and the cluster has no cert-manager. Next: kubectl get crd certificates.cert-manager.io");
            }
        }
        else if (endpoint?["secretName"]?.ToString() is { Length: > 0 } secret
            && await kubernetes.TryGetAsync(ClusterObject.Secret, options.Namespace, secret, cancellationToken) is null)
        {
            lacking.Add($"The certificate isn't there yet. Next: kubectl -n {options.Namespace} create secret tls {secret} --cert=CERTIFICATE.pem --key=KEY.pem");
        }

        return lacking;
    }

    /// <summary>Istio's version by the image of istiod; null where that doesn't say.</summary>
    public async Task<string?> IstioVersionAsync(string ns, CancellationToken cancellationToken) =>
        (await kubernetes.ListAsync(ClusterObject.Deployment, ns, cancellationToken))
            .Where(d => ObjectMetaJson.Read(d).Labels.GetValueOrDefault("app") == "istiod")
            .Select(d => d["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"]?.ToString())
            .Select(image => image?.LastIndexOf(':') is { } colon and >= 0 ? image[(colon + 1)..] : null)
            .FirstOrDefault(tag => tag is not null);

    private static void RefuseForeign(ClusterObject wanted, JsonObject existing)
    {
        if (ObjectMetaJson.Read(existing).Labels.GetValueOrDefault(ShippedObjects.PartOf) != ShippedObjects.Product)
        {
            throw new OnboardingException(
                ModuleErrorIds.DefinitionsForeign,
                $"The cluster has a definition {wanted.Name} that isn't ours, e.g. of Tetrate's product: replacing it could lose fields of its objects.",
                "convert what it configures (kubectl get controlplanes -A -o yaml | ConvertTo-OnboardingPlane), remove Tetrate's operator and its definitions, then install again");
        }
    }

    private static Version? VersionOf(string text) =>
        text.TrimStart('v').Split('.', '+', '-') is [{ } major, { } minor, ..]
        && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out int first) && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out int second)
            ? new Version(first, second)
            : null;

    private static OnboardingException Missing(string message, string next) => new(ModuleErrorIds.PrerequisiteMissing, message, next);
}
