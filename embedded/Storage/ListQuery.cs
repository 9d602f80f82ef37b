namespace Onboarding.Embedded.Storage;

/// <summary>What to list.</summary>
internal sealed record ListQuery(string Resource)
{
    /// <summary>Namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>A single name; null for all.</summary>
    public string? Name { get; init; }

    /// <summary>Snapshot to read; null for the present.</summary>
    public long? At { get; init; }

    /// <summary>Only what comes after this object.</summary>
    public ObjectKey? After { get; init; }

    /// <summary>Most items to return; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>Which objects count; null for all.</summary>
    public Func<StoredObject, bool>? Filter { get; init; }
}
