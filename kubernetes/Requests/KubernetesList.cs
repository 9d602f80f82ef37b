using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes;

/// <summary>Objects of a kind as they were at one moment.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed record KubernetesList<T>
    where T : IKubernetesObject<T>
{
    /// <summary>The objects.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>The moment; a watch from here reports everything after it.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>Where the next page starts; null at the end.</summary>
    public string? Continue { get; init; }
}
