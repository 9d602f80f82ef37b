namespace Onboarding.Embedded.Storage;

/// <summary>One committed change.</summary>
/// <param name="Object">The object after the change; for a deletion its last state.</param>
/// <param name="Previous">The object before it; null for a creation.</param>
internal sealed record Change(StoredObject Object, StoredObject? Previous)
{
    public long Version => Object.Version;

    public ChangeType Type =>
        Object.Deleted ? ChangeType.Deleted : Object.Created == Object.Version ? ChangeType.Added : ChangeType.Modified;
}

/// <summary>What happened to an object.</summary>
internal enum ChangeType
{
    Added,
    Modified,
    Deleted,
}
