namespace Onboarding.Embedded.Storage;

/// <summary>Another write came first.</summary>
internal sealed class StoreConflictException(ObjectKey key, StoredObject? current)
    : Exception($"{key.Resource} {key.Namespace}/{key.Name} is not at the expected version.")
{
    public ObjectKey Key { get; } = key;

    /// <summary>What is there now; null if nothing.</summary>
    public StoredObject? Current { get; } = current;
}

/// <summary>The requested version is older than what is kept.</summary>
internal sealed class HistoryExpiredException(long requested, long oldest)
    : Exception($"too old resource version: {requested} ({oldest})");
