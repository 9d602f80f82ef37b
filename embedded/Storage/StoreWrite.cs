using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Storage;

/// <summary>One conditional write.</summary>
/// <param name="Key">Object to write.</param>
/// <param name="Expected">The version that must be current; 0 if the object must not exist.</param>
/// <param name="Object">The new state (for a deletion: the last one). The writer sets <c>metadata.resourceVersion</c>.</param>
/// <param name="Delete">True to end the object.</param>
internal sealed record StoreWrite(ObjectKey Key, long Expected, JsonObject Object, bool Delete = false)
{
    /// <summary>Another object that must be unchanged: the namespace, which could be about to go.</summary>
    public StoreGuard? Guard { get; init; }
}

/// <summary>An object on whose state a write of another relies.</summary>
/// <param name="Key">Where it lies.</param>
/// <param name="Version">The version it must be at when the write happens.</param>
internal sealed record StoreGuard(ObjectKey Key, long Version);

/// <summary>Writes that wait for the writer: all of them happen or none.</summary>
internal sealed record PendingWrite(IReadOnlyList<StoreWrite> Writes)
{
    // The continuation runs elsewhere, so that a request can't hold up the writer.
    public TaskCompletionSource<IReadOnlyList<StoredObject>> Done { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
