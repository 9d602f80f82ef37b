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
