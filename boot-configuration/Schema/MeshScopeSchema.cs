namespace Onboarding.BootConfiguration.Schema;

/// <summary>
/// What a mesh says about which services and namespaces it is for.
/// It never reaches a workload; a wrong type in it makes Istio refuse the mesh configuration.
/// </summary>
internal static class MeshScopeSchema
{
    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.ServiceSettings</c>.</summary>
    public static MessageSchema ServiceSettings() => new(
        FieldSchema.Nested("settings", ServiceSettingsSettings()),
        FieldSchema.Text("hosts").List());

    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.ServiceScopeConfigs</c>.</summary>
    public static MessageSchema ServiceScopeConfigs() => new(
        FieldSchema.Nested("namespace_selector", LabelSelector()),
        FieldSchema.Nested("services_selector", LabelSelector()),
        FieldSchema.Enumeration("scope", EnumSchema.Counting("istio.mesh.v1alpha1.MeshConfig.ServiceScopeConfigs.Scope", "LOCAL", "GLOBAL")));

    /// <summary><c>istio.mesh.v1alpha1.LabelSelector</c>.</summary>
    public static MessageSchema LabelSelector() => new(
        FieldSchema.Text("matchLabels").Map(),
        FieldSchema.Nested("matchExpressions", LabelSelectorRequirement()).List());

    /// <summary><c>istio.mesh.v1alpha1.ServiceEntryVisibility</c>.</summary>
    public static MessageSchema ServiceEntryVisibility() => new(
        FieldSchema.Enumeration(
            "default_visibility",
            EnumSchema.Counting("istio.mesh.v1alpha1.ServiceEntryVisibility.Visibility", "VISIBILITY_UNSPECIFIED", "NONE", "NAMESPACE", "PUBLIC")),
        FieldSchema.Boolean("apply_to_sidecars"),
        FieldSchema.Nested("policies", Policy()).List());

    private static MessageSchema ServiceSettingsSettings() => new(
        FieldSchema.Boolean("cluster_local"));

    private static MessageSchema LabelSelectorRequirement() => new(
        FieldSchema.Text("key"),
        FieldSchema.Text("operator"),
        FieldSchema.Text("values").List());

    private static MessageSchema Policy() => new(
        FieldSchema.Enumeration(
            "visibility",
            EnumSchema.Counting("istio.mesh.v1alpha1.ServiceEntryVisibility.Visibility", "VISIBILITY_UNSPECIFIED", "NONE", "NAMESPACE", "PUBLIC")),
        FieldSchema.Nested("matching_rules", MatchRule()).List());

    private static MessageSchema MatchRule() => new(
        FieldSchema.Nested("namespace_selector", LabelSelector()).In("matcher"));
}
