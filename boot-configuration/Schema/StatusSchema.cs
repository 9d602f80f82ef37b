namespace Onboarding.BootConfiguration.Schema;

/// <summary>The <c>status</c> of Istio's kinds. Nothing of it reaches a workload, but one of another type makes the object unreadable.</summary>
internal static class StatusSchema
{
    public static readonly MessageSchema IstioStatus = new(
        FieldSchema.Nested("conditions", Condition()).List(),
        FieldSchema.Nested("validation_messages", AnalysisMessageBase()).List(),
        FieldSchema.Int64("observed_generation"));

    private static MessageSchema Condition() => new(
        FieldSchema.Text("type"),
        FieldSchema.Text("status"),
        FieldSchema.Timestamp("last_probe_time"),
        FieldSchema.Timestamp("last_transition_time"),
        FieldSchema.Text("reason"),
        FieldSchema.Text("message"),
        FieldSchema.Int64("observed_generation"));

    private static MessageSchema AnalysisMessageBase() => new(
        FieldSchema.Nested("type", new MessageSchema(FieldSchema.Text("name"), FieldSchema.Text("code"))),
        FieldSchema.Enumeration(
            "level",
            new EnumSchema(
                "istio.analysis.v1alpha1.AnalysisMessageBase.Level", ("UNKNOWN", 0), ("ERROR", 3), ("WARNING", 8), ("INFO", 12))),
        FieldSchema.Text("documentation_url"));
}
