using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes;

/// <summary>One change of an informer's store.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Type">Added, modified or deleted.</param>
/// <param name="Resource">The object after the change; a deleted one as it was last known.</param>
/// <param name="Previous">The object before the change; null for an added one.</param>
public sealed record ResourceEvent<T>(WatchEventType Type, T Resource, T? Previous)
    where T : class, IKubernetesObject<T>;
