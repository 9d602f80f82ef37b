using System.Text.Json.Nodes;

namespace Onboarding.Api.Meta;

/// <summary>Metadata that every Kubernetes object has (<c>metav1.ObjectMeta</c>).</summary>
public sealed record V1ObjectMeta
{
    /// <summary>Name, unique in the namespace; empty while the server has yet to make one from <see cref="GenerateName"/>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Namespace; null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Prefix of a name the server makes.</summary>
    public string? GenerateName { get; init; }

    /// <summary>Identity of this very object; a new object of the same name has another.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque version for optimistic concurrency.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Rises whenever <c>spec</c> changes.</summary>
    public long? Generation { get; init; }

    /// <summary>When the object was created.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When deletion was asked for; set while finalizers hold the object.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Labels, for selectors.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = Empty;

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = Empty;

    /// <summary>Objects whose deletion deletes this one.</summary>
    public IReadOnlyList<V1OwnerReference> OwnerReferences { get; init; } = [];

    /// <summary>Names that must be removed before the object goes.</summary>
    public IReadOnlyList<string> Finalizers { get; init; } = [];

    /// <summary>Who set which field, as the server reports it; not sent back.</summary>
    public JsonArray? ManagedFields { get; init; }

    private static readonly IReadOnlyDictionary<string, string> Empty = new Dictionary<string, string>();
}
