namespace Onboarding.Embedded.Schemas;

/// <summary>Shapes of references to objects.</summary>
internal static class References
{
    public static Schema ObjectReference { get; } = Schema.Object(
        "Reference to an object.",
        new Dictionary<string, Schema>
        {
            ["apiVersion"] = Schema.Text("API version of the object."),
            ["kind"] = Schema.Text("Kind of the object."),
            ["namespace"] = Schema.Text("Namespace of the object."),
            ["name"] = Schema.Text("Name of the object."),
            ["uid"] = Schema.Text("Uid of the object."),
            ["resourceVersion"] = Schema.Text("Version of the object."),
            ["fieldPath"] = Schema.Text("Part of the object."),
        }) with
    { AtomicMap = true };
}
