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
                    ["allow"] = Schema.List("Rules that allow; one that matches suffices.", AllowRule()),
                    ["deny"] = Schema.List("Rules that deny, whatever others allow.", DenyRule()),
                }) with
            { Open = true },
            ["status"] = Status(),
        },
        "spec");

    private static Schema AllowRule() => Schema.Object(
        "Workloads and the groups they may join.",
        new Dictionary<string, Schema>
        {
            ["workloads"] = Workloads(),
            ["onboardTo"] = Groups("Groups they may join.") with { MinItems = 1 },
            ["notAfter"] = NotAfter(),
            ["addressCidrs"] = Schema.Texts("Networks of which the registered address must lie in one."),
            ["labels"] = Schema.List(
                "Labels a workload may report of itself; without any, all but protected ones.",
                Schema.Object(
                    "A label.",
                    new Dictionary<string, Schema> { ["key"] = Schema.Text("Key."), ["values"] = Schema.Texts("Values it may have; none: any.") },
                    "key") with
                { Open = true }),
            ["maxMembers"] = Schema.Int64("How many members there may be by this rule.") with { Minimum = 1 },
        },
        "workloads", "onboardTo") with
    { Open = true };

    private static Schema DenyRule() => Schema.Object(
        "Workloads that are kept out.",
        new Dictionary<string, Schema>
        {
            ["workloads"] = Workloads(),
            ["onboardTo"] = Groups("Groups they are kept out of; without any, all."),
            ["notAfter"] = NotAfter(),
            ["addressCidrs"] = Schema.Texts("Networks of which the registered address must lie in one for the rule to deny."),
        },
        "workloads") with
    { Open = true };

    private static Schema NotAfter() => Schema.Time("Until when the rule counts.");

    private static Schema Workloads() =>
        Schema.List("Identities this is about.", MatcherSchema.Workload) with { MinItems = 1 };

    private static Schema Groups(string description) => Schema.List(description, MatcherSchema.Group);

    private static Schema Status() => Schema.Object(
        "What the plane makes of the policy.",
        new Dictionary<string, Schema>
        {
            ["conditions"] = StatusSchema.Conditions,
            ["observedGeneration"] = Schema.Int64("Generation the status refers to."),
            ["problems"] = Schema.Texts("Every error, with its path; a policy with errors admits nobody."),
            ["warnings"] = Schema.Texts("What somebody should look at, with its path."),
            ["members"] = Schema.Int64("Registrations that some rule admits."),
            ["rules"] = Schema.List(
                "Registrations that each rule of spec.allow admits.",
                Schema.Object(
                    "A rule.",
                    new Dictionary<string, Schema> { ["rule"] = Schema.Int64("The rule, counted from 1."), ["members"] = Schema.Int64("Registrations.") })),
        }) with
    { Open = true };
}
