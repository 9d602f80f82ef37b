namespace Onboarding.Embedded.Storage;

/// <summary>Where an object lies: resource (<c>plural.group</c>), namespace (empty for cluster-scoped objects), name.</summary>
internal readonly record struct ObjectKey(string Resource, string Namespace, string Name);
