using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.BootConfiguration;

/// <summary>
/// A revision tag of Istio's: a MutatingWebhookConfiguration whose name says the tag and whose label says the revision. Only
/// read; its webhooks are of no interest here.
/// </summary>
public sealed record RevisionTag : IKubernetesObject<RevisionTag>
{
    /// <summary>The tag of those who name no revision.</summary>
    public const string Default = "default";

    private const string RevisionLabel = "istio.io/rev";
    private const string DefaultNamespace = "istio-system";

    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new(
        "admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", Namespaced: false);

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>The revision it points to; null if it doesn't say.</summary>
    public string? Revision => Metadata.Labels.TryGetValue(RevisionLabel, out string? revision) && revision.Length > 0 ? revision : null;

    /// <summary>Name of the object that is a tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="istioNamespace">Namespace of the control plane.</param>
    public static string NameOf(string tag, string istioNamespace) =>
        istioNamespace == DefaultNamespace ? $"istio-revision-tag-{tag}" : $"istio-revision-tag-{tag}-{istioNamespace}";

    /// <inheritdoc/>
    public static RevisionTag FromJson(JsonObject json) => new() { Metadata = ObjectMetaJson.Read(json) };

    /// <inheritdoc/>
    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = Definition.ApiVersion,
        ["kind"] = Definition.Kind,
        ["metadata"] = ObjectMetaJson.Write(Metadata),
    };
}
