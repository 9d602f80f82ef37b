namespace Onboarding.Embedded.Schemas;

/// <summary>Shape of an OnboardingPolicy. What it means is checked by whoever reads it; see <c>Onboarding.Api</c>.</summary>
internal static class OnboardingPolicySchema
{
    public static Schema Value { get; } = Schema.Object(
        "OnboardingPolicy says which workloads may join which WorkloadGroups of its namespace.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.Object(
                "Who may join what.",
                new Dictionary<string, Schema>
                {
                    ["allow"] = Rules("Rules that allow; one that matches suffices.") with { MinItems = 1 },
                    ["deny"] = Rules("Rules that deny, whatever others allow."),
                }) with
            { Open = true },
            ["status"] = Schema.Object(
                "What the plane makes of the policy.",
                new Dictionary<string, Schema>
                {
                    ["conditions"] = StatusSchema.Conditions,
                    ["observedGeneration"] = Schema.Int64("Generation the status refers to."),
                }) with
            { Open = true },
        },
        "spec");

    private static Schema Rules(string description) => Schema.List(
        description,
        Schema.Object(
            "Workloads and the groups they may join.",
            new Dictionary<string, Schema>
            {
                ["workloads"] = Schema.List(
                    "Identities this is about.",
                    Schema.Object(
                        "Exactly one kind of identity.",
                        new Dictionary<string, Schema>
                        {
                            ["aws"] = Schema.OpenObject("EC2 instances and ECS tasks."),
                            ["jwt"] = Schema.OpenObject("Workloads with an OIDC ID token."),
                        }) with
                    { Open = true }) with
                { MinItems = 1 },
                ["onboardTo"] = Schema.List(
                    "Groups they may join.",
                    Schema.Object(
                        "Groups.",
                        new Dictionary<string, Schema>
                        {
                            ["workloadGroupSelector"] = Schema.OpenObject("Selects WorkloadGroups by their labels; {} selects all."),
                        }) with
                    { Open = true }) with
                { MinItems = 1 },
            },
            "workloads", "onboardTo") with
        { Open = true });
}
