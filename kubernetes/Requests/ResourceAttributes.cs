namespace Onboarding.Kubernetes;

/// <summary>An action on a resource, to ask whether one may do it.</summary>
/// <param name="Verb">E.g. <c>create</c>, or <c>*</c>.</param>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">Plural, e.g. <c>workloadentries</c>.</param>
public sealed record ResourceAttributes(string Verb, string Group, string Resource)
{
    /// <summary>Namespace; null for all, or for cluster-scoped resources.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of the object; null for all.</summary>
    public string? Name { get; init; }

    /// <summary>E.g. <c>token</c> or <c>status</c>.</summary>
    public string? Subresource { get; init; }
}
