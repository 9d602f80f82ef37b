namespace Onboarding.Embedded.Schemas;

/// <summary>Shapes that statuses of several kinds share.</summary>
internal static class ConditionSchema
{
    /// <summary><c>metav1.Condition</c>, keyed by type.</summary>
    public static Schema Conditions { get; } = Schema.Keyed(
        "Latest observations of the object's state.",
        "type",
        Schema.Object(
            "One observation.",
            new Dictionary<string, Schema>
            {
                ["type"] = Schema.Text("What is observed, in CamelCase."),
                ["status"] = Schema.Choice("Whether it is so.", "True", "False", "Unknown"),
                ["reason"] = Schema.Text("Why, in CamelCase, for programs."),
                ["message"] = Schema.Text("Why, for people."),
                ["lastTransitionTime"] = Schema.Time("When the status last changed."),
                ["observedGeneration"] = Schema.Int64("Generation the observation was made at."),
            },
            "type", "status"));
}
