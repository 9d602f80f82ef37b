namespace Onboarding.Kubernetes;

/// <summary>Which objects to list or watch.</summary>
public sealed record ListOptions
{
    /// <summary>E.g. <c>app=ratings,tier in (web,api)</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>E.g. <c>metadata.name=default</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects per page. Null: every page is fetched, and the list is whole.</summary>
    public int? Limit { get; init; }

    /// <summary>Where a page starts; from <see cref="KubernetesList{T}.Continue"/>.</summary>
    public string? Continue { get; init; }

    /// <summary>Oldest state that will do; null for the newest.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Exactly the state of <see cref="ResourceVersion"/>, not a newer one; the server must still remember it.</summary>
    public bool IsExact { get; init; }
}
