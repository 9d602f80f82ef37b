using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes;

/// <summary>What happened to an object.</summary>
public enum WatchEventType
{
    /// <summary>It came into being, or into the selection.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone, or out of the selection.</summary>
    Deleted,

    /// <summary>Nothing; the server's history has come this far.</summary>
    Bookmark,
}

/// <summary>One change, or a bookmark.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="ResourceVersion">Where a watch resumes after this event.</param>
/// <param name="Resource">The object after the change (a deleted one: as it last was); null for a bookmark.</param>
public sealed record WatchEvent<T>(WatchEventType Type, string ResourceVersion, T? Resource)
    where T : class, IKubernetesObject<T>;
