namespace Onboarding.Kubernetes;

/// <summary>How an object is created or replaced.</summary>
public record WriteOptions
{
    /// <summary>Who is recorded as the owner of the fields set; null: what the server makes of the user agent.</summary>
    public string? FieldManager { get; init; }

    /// <summary>True to have the request checked by the server, and nothing stored.</summary>
    public bool DryRun { get; init; }

    /// <summary>What the server does with fields it doesn't know.</summary>
    public FieldValidation FieldValidation { get; init; }

    internal virtual IEnumerable<KeyValuePair<string, string>> ToQuery()
    {
        if (FieldManager is not null)
        {
            yield return new("fieldManager", FieldManager);
        }

        if (DryRun)
        {
            yield return new("dryRun", "All");
        }

        if (FieldValidation != FieldValidation.Default)
        {
            yield return new("fieldValidation", FieldValidation.ToString());
        }
    }
}

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
