namespace Onboarding.Kubernetes;

/// <summary>How a patch is applied.</summary>
public sealed record PatchOptions : WriteOptions
{
    /// <summary>Server-side apply only: take fields that another manager owns, instead of failing with a conflict.</summary>
    public bool Force { get; init; }

    /// <summary>What of the object is patched, e.g. <c>status</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }

    internal override IEnumerable<KeyValuePair<string, string>> ToQuery() =>
        Force ? base.ToQuery().Append(new("force", "true")) : base.ToQuery();
}
