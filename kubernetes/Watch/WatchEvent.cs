using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes;

/// <summary>One change, or a bookmark.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="ResourceVersion">Where a watch resumes after this event.</param>
/// <param name="Resource">The object after the change (a deleted one: as it last was); null for a bookmark.</param>
public sealed record WatchEvent<T>(WatchEventType Type, string ResourceVersion, T? Resource)
    where T : class, IKubernetesObject<T>;
