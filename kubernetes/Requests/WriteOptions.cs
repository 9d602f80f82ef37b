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
