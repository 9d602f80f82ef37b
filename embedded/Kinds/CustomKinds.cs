using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;
using Onboarding.Embedded.Tables;

namespace Onboarding.Embedded.Kinds;

/// <summary>Kinds that are custom resources on a real cluster: Istio's and ours.</summary>
internal static class CustomKinds
{
    public static Kind WorkloadGroup { get; } = Istio("WorkloadGroup", "workloadgroups", WorkloadSchema.WorkloadGroup) with
    {
        ShortNames = ["wg"],
    };

    public static Kind WorkloadEntry { get; } = Istio("WorkloadEntry", "workloadentries", WorkloadSchema.WorkloadEntry) with
    {
        ShortNames = ["we"],
        Columns = [Column.Age, Column.Text("Address", o => o.Text("spec", "address"))],
    };

    public static Kind OnboardingPolicy { get; } =
        Ours("authorization", "OnboardingPolicy", "onboardingpolicies", OnboardingPolicySchema.Value) with
        {
            Columns =
            [
                ConditionColumn("Accepted", "Accepted"),
                NumberColumn("Members", "members"),
                Column.Age,
                ConditionColumn("Message", "Accepted", "message") with { Priority = 1 },
            ],
        };

    public static Kind JoinToken { get; } = Ours("authorization", "JoinToken", "jointokens", CredentialSchema.JoinToken) with
    {
        Columns = [Column.Text("Group", o => o.Text("spec", "workloadGroup")), Column.Text("Expires", o => o.Text("spec", "expiresAt")), Column.Age],
    };

    public static Kind WorkloadAutoRegistration { get; } =
        Ours("runtime", "WorkloadAutoRegistration", "workloadautoregistrations", RuntimeSchema.WorkloadAutoRegistration) with
        {
            ShortNames = ["war"],
            Columns =
            [
                ConditionColumn("Agent Connected", Api.Runtime.WorkloadAutoRegistration.AgentConnected),
                Column.Age,
                ConditionColumn("Sidecar Ready", Api.Runtime.WorkloadAutoRegistration.SidecarReady) with { Priority = 1 },
            ],
        };

    public static Kind WorkloadKeyBinding { get; } =
        Ours("runtime", "WorkloadKeyBinding", "workloadkeybindings", RuntimeSchema.WorkloadKeyBinding);

    public static Kind CredentialUse { get; } = Ours("runtime", "CredentialUse", "credentialuses", CredentialSchema.CredentialUse);

    public static Kind OnboardingPlane { get; } = Ours("install", "OnboardingPlane", "onboardingplanes", OnboardingPlaneSchema.Value);

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

    public static IReadOnlyList<Kind> All { get; } =
    [
        CustomResourceDefinition, WorkloadGroup, WorkloadEntry, OnboardingPolicy, WorkloadAutoRegistration, WorkloadKeyBinding,
        OnboardingPlane, JoinToken, CredentialUse,
    ];

    private static Kind Istio(string name, string plural, Schema schema) =>
        new("networking.istio.io", ["v1", "v1beta1", "v1alpha3"], name, plural, schema)
        {
            Categories = ["istio-io", "networking-istio-io"],
            HasStatus = true,
            HasGeneration = true,
        };

    private static Kind Ours(string group, string name, string plural, Schema schema) =>
        new($"{group}.onboarding.tetrate.io", ["v1alpha1"], name, plural, schema) { HasStatus = true, HasGeneration = true };

    private static Column NumberColumn(string title, string field) =>
        new(title, "integer", (o, _) => o["status"]?[field]?.DeepClone());

    private static Column ConditionColumn(string title, string condition, string field = "status") => Column.Text(
        title,
        o => o.List("status", "conditions").FirstOrDefault(c => c.Text("type") == condition).Text(field));
}
