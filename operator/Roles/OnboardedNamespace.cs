using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Documents;

namespace Onboarding.Operator.Roles;

/// <summary>
/// The roles of a namespace that workloads are onboarded to, as <c>deploy/rbac/onboarded-namespace</c> ships them. The operator writes none of
/// them: Kubernetes refuses a role that grants what its author lacks, and an operator that had it all could be made to give it away.
/// </summary>
internal static class OnboardedNamespace
{
    private const string Folder = "roles/";
    private const string TokenAccounts = "resourceNames: [default]";

    private static readonly string[] Files = ["endpoint.yaml", "operator.yaml"];

    /// <summary>What the operator itself may do there: group, resource and verb.</summary>
    public static IReadOnlyList<RoleGrant> OperatorGrants { get; } = [.. Grants("operator.yaml")];

    /// <summary>The manifests, comments and all.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="serviceAccounts">Accounts that its WorkloadGroups name: those that tokens may be made of.</param>
    /// <param name="planeNamespace">Namespace of the plane.</param>
    public static string Render(string ns, IReadOnlyList<string> serviceAccounts, string planeNamespace)
    {
        var text = new StringBuilder();
        foreach (string file in Files)
        {
            text.Append(text.Length == 0 ? "" : "---\n");
            foreach (string line in Read(file).TrimEnd().Split('\n'))
            {
                text.Append(line
                    .Replace(TokenAccounts, $"resourceNames: [{string.Join(", ", serviceAccounts)}]", StringComparison.Ordinal)
                    .Replace("namespace: istio-system", $"namespace: {planeNamespace}", StringComparison.Ordinal)).Append('\n');
                text.Append(line == "metadata:" ? $"  namespace: {ns}\n" : "");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<RoleGrant> Grants(string file) =>
        from document in ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(Read(file))).Value!
        where document["kind"]!.ToString() == "Role"
        from rule in document["rules"]!.AsArray()
        from grp in Texts(rule!, "apiGroups")
        from resource in Texts(rule!, "resources")
        from verb in Texts(rule!, "verbs")
        select new RoleGrant(grp, resource, verb);

    private static IEnumerable<string> Texts(JsonNode rule, string field) => rule[field]!.AsArray().Select(t => t!.ToString());

    private static string Read(string file)
    {
        using Stream stream = typeof(OnboardedNamespace).Assembly.GetManifestResourceStream(Folder + file)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <summary>Something that a role lets its holder do.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">Resource, with its subresource.</param>
/// <param name="Verb">What may be done with it.</param>
internal sealed record RoleGrant(string Group, string Resource, string Verb);
