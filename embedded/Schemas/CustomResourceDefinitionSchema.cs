namespace Onboarding.Embedded.Schemas;

/// <summary>Shape of a CustomResourceDefinition; stored as given, since the kinds' behaviour is built in.</summary>
internal static class CustomResourceDefinitionSchema
{
    public static Schema Value { get; } = Schema.Object(
        "CustomResourceDefinition names a kind of objects. Only this control plane's own kinds are served, by built-in definitions.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.Object(
                "The kind.",
                new Dictionary<string, Schema>
                {
                    ["group"] = Schema.Text("API group."),
                    ["names"] = Schema.OpenObject("Kind, plural, singular, short names, categories."),
                    ["scope"] = Schema.Choice("Where objects live.", "Namespaced", "Cluster"),
                    ["versions"] = Schema.List("Versions.", Schema.OpenObject("A version.")),
                    ["conversion"] = Schema.OpenObject("How versions are converted."),
                    ["preserveUnknownFields"] = Schema.Flag("Deprecated."),
                },
                "group", "names", "scope", "versions"),
            ["status"] = Schema.OpenObject("Whether the kind is served."),
        },
        "spec");
}
