using Onboarding.Embedded.Schemas;
using Onboarding.Embedded.Tables;

namespace Onboarding.Embedded.Kinds;

/// <summary>Definitions, and the kinds that are custom resources on a real cluster: Istio's and ours.</summary>
internal static class CustomKinds
{
    public static Kind CustomResourceDefinition { get; } = new(
        "apiextensions.k8s.io", ["v1"], "CustomResourceDefinition", "customresourcedefinitions", CustomResourceDefinitionSchema.Value)
    {
        ShortNames = ["crd", "crds"],
        Categories = ["api-extensions"],
        Namespaced = false,
        HasStatus = true,
        HasGeneration = true,
        BuiltIn = true,
        Columns = [Column.CreatedAt],
    };

    public static Kind WorkloadGroup { get; } = Defined("WorkloadGroup");

    public static Kind WorkloadEntry { get; } = Defined("WorkloadEntry");

    public static IReadOnlyList<Kind> All { get; } = [CustomResourceDefinition, .. DefinedKinds.All];

    private static Kind Defined(string name) => DefinedKinds.All.Single(k => k.Name == name);
}
