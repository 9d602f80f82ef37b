using System.Text.Json.Nodes;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Infrastructure;

/// <summary>One verb on one resource, as one rule of a role gives it.</summary>
/// <param name="Namespace">Where it counts; null: everywhere.</param>
/// <param name="Group">API group.</param>
/// <param name="Resource">Resource, with its subresource.</param>
/// <param name="Verb">The verb.</param>
/// <param name="Names">Names it is limited to; empty: any.</param>
internal sealed record Grant(string? Namespace, string Group, string Resource, string Verb, IReadOnlyList<string> Names)
{
    /// <summary>Verb and resource, as <see cref="RareCalls"/> names them.</summary>
    public string Permission => $"{Verb} {Resource}";

    /// <summary>Everything that roles give.</summary>
    public static IEnumerable<Grant> Parse(IEnumerable<JsonObject> documents) =>
        from document in documents
        from rule in document["rules"] as JsonArray ?? []
        from @group in Texts(rule["apiGroups"])
        from resource in Texts(rule["resources"])
        from verb in Texts(rule["verbs"])
        select new Grant(document["metadata"]!["namespace"]?.ToString(), @group, resource, verb, [.. Texts(rule["resourceNames"])]);

    /// <summary>True if the grant by itself lets the call be made.</summary>
    public bool Allows(ApiCall call) => (Namespace is null || Namespace == call.Namespace)
        && (Group, Resource, Verb) == (call.Group, call.Resource, call.Verb)
        && (Names.Count == 0 || (call.Name is { } name && Names.Contains(name)));

    public override string ToString() => $"{Permission} in {Namespace ?? "the whole cluster"}";

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(t => t!.ToString());
}
