namespace Onboarding.Kubernetes;

/// <summary>Which changes to watch.</summary>
public sealed record WatchOptions
{
    /// <summary>E.g. <c>app=ratings</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>E.g. <c>metadata.name=default</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>
    /// Changes after this are reported, normally <see cref="KubernetesList{T}.ResourceVersion"/>. Null: what exists is
    /// reported first, as additions.
    /// </summary>
    public string? ResourceVersion { get; init; }

    /// <summary>True to be told how far the server's history has come even where nothing matched.</summary>
    public bool ReportBookmarks { get; init; }
}
