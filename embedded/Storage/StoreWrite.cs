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
