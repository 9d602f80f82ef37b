using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes;

/// <summary>What identifies an object among those of its kind.</summary>
/// <param name="Namespace">Its namespace; null for cluster-scoped kinds.</param>
/// <param name="Name">Its name.</param>
public readonly record struct NamespacedName(string? Namespace, string Name)
{
    /// <summary>The name of an object.</summary>
    /// <param name="value">The object.</param>
    public static NamespacedName FromObject(IKubernetesObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(string.IsNullOrEmpty(value.Metadata.Namespace) ? null : value.Metadata.Namespace, value.Metadata.Name);
    }

    /// <inheritdoc/>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
