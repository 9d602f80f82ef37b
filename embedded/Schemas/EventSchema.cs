namespace Onboarding.Embedded.Schemas;

/// <summary>Shape of an Event in the core group, in which events are stored.</summary>
internal static class EventSchema
{
    public static Schema Value { get; } = Schema.Object(
        "Event reports what happened to an object.",
        new Dictionary<string, Schema>
        {
            ["involvedObject"] = References.ObjectReference with { Description = "What the event is about." },
            ["reason"] = Schema.Text("Why, in CamelCase."),
            ["message"] = Schema.Text("Why, for people."),
            ["source"] = Schema.Object(
                "Who reports it.",
                new Dictionary<string, Schema> { ["component"] = Schema.Text("Component."), ["host"] = Schema.Text("Host.") }),
            ["firstTimestamp"] = Schema.Time("When it first happened."),
            ["lastTimestamp"] = Schema.Time("When it last happened."),
            ["count"] = Schema.Int32("How often it happened."),
            ["type"] = Schema.Text("Normal or Warning."),
            ["eventTime"] = Schema.Time("When it was first observed."),
            ["series"] = Schema.Object(
                "The series the event belongs to.",
                new Dictionary<string, Schema>
                {
                    ["count"] = Schema.Int32("Occurrences."),
                    ["lastObservedTime"] = Schema.Time("When it last occurred."),
                }),
            ["action"] = Schema.Text("What was done."),
            ["related"] = References.ObjectReference with { Description = "Another object involved." },
            ["reportingComponent"] = Schema.Text("Controller that reports."),
            ["reportingInstance"] = Schema.Text("Instance of the controller."),
        },
        "involvedObject");
}
