namespace Onboarding.Api.Meta;

/// <summary>Where the Kubernetes API keeps objects of a kind.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Version, e.g. <c>v1alpha1</c>.</param>
/// <param name="Kind">Kind, e.g. <c>WorkloadGroup</c>.</param>
/// <param name="Plural">Name in URLs, e.g. <c>workloadgroups</c>.</param>
/// <param name="Namespaced">True if objects live in a namespace.</param>
public sealed record ResourceDefinition(string Group, string Version, string Kind, string Plural, bool Namespaced = true)
{
    /// <summary>The <c>apiVersion</c> field of objects of this kind.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
