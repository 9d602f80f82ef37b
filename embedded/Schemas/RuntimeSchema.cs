namespace Onboarding.Embedded.Schemas;

/// <summary>Shapes of what the plane records about workloads.</summary>
internal static class RuntimeSchema
{
    public static Schema WorkloadAutoRegistration { get; } = Schema.Object(
        "WorkloadAutoRegistration records a workload that joined by itself.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.Object(
                "Who joined, and what it said about itself.",
                new Dictionary<string, Schema>
                {
                    ["identity"] = Schema.OpenObject("Verified identity of the workload."),
                    ["registration"] = Schema.OpenObject("What the agent reported about itself, its host and its sidecar."),
                },
                "identity", "registration") with
            { Open = true },
            ["status"] = Schema.Object(
                "State of the agent's session.",
                new Dictionary<string, Schema>
                {
                    ["conditions"] = StatusSchema.Conditions,
                    ["observedGeneration"] = Schema.Int64("Generation the status refers to."),
                    ["activeAgentConnection"] = Schema.OpenObject("The plane instance that holds the agent's session."),
                }) with
            { Open = true },
        },
        "spec");

    public static Schema WorkloadKeyBinding { get; } = Schema.Object(
        "WorkloadKeyBinding binds an identity to the key of the agent that first used it; deleting it lets another key in.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.Object(
                "Which key.",
                new Dictionary<string, Schema>
                {
                    ["jkt"] = Schema.Text("RFC 7638 thumbprint of the agent's public key.") with { Pattern = "^[A-Za-z0-9_-]{43}$" },
                },
                "jkt") with
            { Open = true },
            ["status"] = Schema.OpenObject("Use of the binding."),
        },
        "spec");
}
