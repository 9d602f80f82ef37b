namespace Onboarding.Embedded.Virtual;

/// <summary>A resource that can only be created, and whose answer isn't stored. All are version v1.</summary>
internal sealed record VirtualResource(string Group, string Plural, string Kind, bool Namespaced);
