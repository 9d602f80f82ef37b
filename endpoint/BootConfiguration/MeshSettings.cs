using System.Runtime.CompilerServices;
using Onboarding.BootConfiguration;
using Onboarding.Connections;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>What Istio's own objects in the plane's namespace say, by what an agent's configuration calls the control plane's revision.</summary>
internal sealed class MeshSettings(MeshState mesh)
{
    /// <summary>What istiod calls its cluster where the installation doesn't name it.</summary>
    private const string DefaultClusterId = "Kubernetes";

    private const string DefaultTrustDomain = "cluster.local";

    // The informer keeps a ConfigMap's text until it changes: each is parsed once, not for every member.
    private readonly ConditionalWeakTable<string, YamlText> _texts = [];
    private readonly ConditionalWeakTable<string, Verdict> _lists = [];

    /// <summary>Namespace of the control plane.</summary>
    public string Namespace => mesh.Namespace;

    /// <summary>
    /// The revision that is meant: the one of that name, or the one that a tag of that name points to; without a name, what the tag
    /// <c>default</c> points to. Empty for a control plane without revisions.
    /// </summary>
    public string Revision(string? asked)
    {
        string name = asked is null or "" ? RevisionTag.Default : asked;
        if (IstiodAddress.IsRevisioned(name) && mesh.ConfigMaps.Get(mesh.Namespace, $"istio-{name}") is not null)
        {
            return name;
        }

        string revision = mesh.RevisionTags.Get(null, RevisionTag.NameOf(name, mesh.Namespace))?.Revision ?? name;
        return IstiodAddress.IsRevisioned(revision) ? revision : "";
    }

    /// <summary>The mesh configuration, YAML; null if there is no such revision.</summary>
    public YamlText? MeshConfig(string? asked) =>
        mesh.ConfigMaps.Get(mesh.Namespace, Revisioned("istio", asked))?.Data.GetValueOrDefault("mesh") is { } text
            ? _texts.GetValue(text, YamlText.FromString)
            : null;

    /// <summary>The cluster's name in the mesh, as istiod has it.</summary>
    public string ClusterId(string? asked)
    {
        string? values = mesh.ConfigMaps.Get(mesh.Namespace, Revisioned("istio-sidecar-injector", asked))?.Data.GetValueOrDefault("values");
        try
        {
            return values is not null && InjectorValues.ClusterName(values) is { Length: > 0 } name ? name : DefaultClusterId;
        }
        catch (BootConfigurationException)
        {
            return DefaultClusterId;
        }
    }

    /// <summary>Roots that the control plane's certificates chain to, PEM; null while istiod has yet to write them.</summary>
    public string? RootCertificate(string ns) =>
        mesh.RootCertificates.Get(ns, MeshState.RootCertificateName)?.Data.GetValueOrDefault("root-cert.pem");

    /// <summary>
    /// Revocation lists of the control plane's authority, PEM; empty where it has none, which istiod writes as an empty text, or not at all; null if what
    /// it wrote isn't lists. An empty list, or one that Envoy refuses, would take a proxy's peers away.
    /// </summary>
    public string? RevocationLists(string ns)
    {
        string text = mesh.RevocationLists.Get(ns, MeshState.RevocationListsName)?.Data.GetValueOrDefault("ca-crl.pem") ?? "";
        return string.IsNullOrWhiteSpace(text) ? "" : _lists.GetValue(text, t => new Verdict(RevocationListText.IsValid(t))).IsValid ? text : null;
    }

    /// <summary>The mesh's trust domain.</summary>
    public string TrustDomain(string? asked) =>
        MeshConfig(asked) is { } text ? MeshConfiguration.TrustDomain(text) ?? DefaultTrustDomain : DefaultTrustDomain;

    private sealed record Verdict(bool IsValid);

    private string Revisioned(string name, string? asked) => Revision(asked) is { Length: > 0 } revision ? $"{name}-{revision}" : name;
}
