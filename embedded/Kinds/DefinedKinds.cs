using System.Text.Json.Nodes;
using Onboarding.Documents;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;
using Onboarding.Embedded.Tables;

namespace Onboarding.Embedded.Kinds;

/// <summary>
/// Kinds as the CustomResourceDefinitions describe them that a real cluster gets: ours (<c>deploy/crds</c>) and Istio's two. They are
/// part of this assembly as they are, so that a laptop's plane and a cluster can't differ in a field.
/// </summary>
internal static class DefinedKinds
{
    private const string Folder = "definitions/";

    private static readonly string[] Common = ["apiVersion", "kind", "metadata"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Kind> All { get; } =
    [
        .. typeof(DefinedKinds).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Load),
    ];

    private static Kind Load(string resource)
    {
        using Stream stream = typeof(DefinedKinds).Assembly.GetManifestResourceStream(resource)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return Read(ResourceReader.ReadObject(content).Value ?? throw new InvalidDataException($"{resource} isn't a definition."));
    }

    private static Kind Read(JsonObject definition)
    {
        JsonNode spec = definition["spec"]!;
        JsonNode[] versions = [.. spec.List("versions").OfType<JsonNode>().OrderByDescending(v => v.Flag("storage")).ThenBy(Maturity)];
        // The built-in definitions describe every version alike; tests look.
        JsonNode stored = versions[0];
        Schema whole = SchemaReader.Read(stored.At("schema", "openAPIV3Schema")!, ReadProblems.Decides(spec.Text("names", "kind")!) ? CelRules.Delegate : null);
        return new Kind(
            spec.Text("group")!,
            [.. versions.Select(v => v.Text("name")!)],
            spec.Text("names", "kind")!,
            spec.Text("names", "plural")!,
            whole with { Properties = whole.Properties.Where(p => !Common.Contains(p.Key)).ToDictionary() })
        {
            Singular = spec.Text("names", "singular")!,
            ShortNames = [.. spec.Texts("names", "shortNames")],
            Categories = [.. spec.Texts("names", "categories")],
            Namespaced = spec.Text("scope") == "Namespaced",
            HasStatus = stored.At("subresources", "status") is not null,
            HasGeneration = true,
            Columns = [.. stored.List("additionalPrinterColumns").Select(DefinedColumn.Read)],
        };
    }

    // As Kubernetes prefers versions: v1 before v1beta1 before v1alpha3.
    private static int Maturity(JsonNode version) =>
        version.Text("name")!.Contains("alpha", StringComparison.Ordinal) ? 2
        : version.Text("name")!.Contains("beta", StringComparison.Ordinal) ? 1
        : 0;
}
