namespace Onboarding.Embedded.Storage;

/// <summary>Part of a list.</summary>
/// <param name="Items">Objects in the order of namespace and name.</param>
/// <param name="Version">The version the whole list is a snapshot of.</param>
/// <param name="Last">The last object seen, after which the next page starts; null if the list is complete.</param>
/// <param name="Remaining">Objects after <paramref name="Last"/>; null if unknown, because a selector was given.</param>
internal sealed record ObjectPage(IReadOnlyList<StoredObject> Items, long Version, ObjectKey? Last, long? Remaining);
