namespace Onboarding.Embedded.Storage;

/// <summary>An object on whose state a write of another relies.</summary>
/// <param name="Key">Where it lies.</param>
/// <param name="Version">The version it must be at when the write happens.</param>
internal sealed record StoreGuard(ObjectKey Key, long Version);
