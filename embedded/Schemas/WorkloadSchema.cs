using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Schemas;

/// <summary>
/// Shapes and rules of Istio's WorkloadEntry and WorkloadGroup, as its CRDs (networking.istio.io v1, v1beta1 and v1alpha3 are the
/// same) have them; the rules are the CRDs' CEL expressions.
/// </summary>
internal static partial class WorkloadSchema
{
    private static readonly SchemaRule PortRange = new(
        "port must be between 1-65535", "0 < self && self <= 65535", n => n.Number() is > 0 and <= 65535);

    public static Schema WorkloadEntry { get; } = Custom(
        "WorkloadEntry describes one workload that runs outside Kubernetes.",
        Workload("Configuration affecting workloads onboarded into the mesh.") with
        {
            Rules =
            [
                new("Address is required", "has(self.address) || has(self.network)", w => w.At("address") is not null || w.At("network") is not null),
                UnixWithoutPorts,
            ],
        });

    public static Schema WorkloadGroup { get; } = Custom(
        "WorkloadGroup describes a collection of workloads that run outside Kubernetes.",
        Schema.Object(
            "Describes a collection of workload instances.",
            new Dictionary<string, Schema>
            {
                ["metadata"] = Schema.Object(
                    "Metadata that will be used for all corresponding WorkloadEntries.",
                    new Dictionary<string, Schema>
                    {
                        ["labels"] = Schema.Map("Labels of the entries.") with { MaxProperties = 256 },
                        ["annotations"] = Schema.Map("Annotations of the entries.") with { MaxProperties = 256 },
                    }),
                ["template"] = Workload("Template for the WorkloadEntries that belong to this group.") with { Rules = [UnixWithoutPorts] },
                ["probe"] = ProbeSchema.Probe(PortRange),
            },
            "template"));

    private static SchemaRule UnixWithoutPorts => new(
        "UDS may not include ports",
        """(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true""",
        w => !(w.Text("address") ?? "").StartsWith("unix://", StringComparison.Ordinal) || w.At("ports") is null);

    private static Schema Workload(string description) => Schema.Object(
        description,
        new Dictionary<string, Schema>
        {
            ["address"] = Schema.Text("Address of the endpoint without the port; a path where it starts with unix://.") with
            {
                MaxLength = 256,
                Rules =
                [
                    new(
                        "UDS must be an absolute path or abstract socket",
                        """self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true""",
                        a => UnixPath(a) is not { } path || path is ['/' or '@', ..]),
                    new(
                        "UDS may not be a dir",
                        """self.startsWith("unix://") ? !self.endsWith("/") : true""",
                        a => UnixPath(a) is null || !a.Text()!.EndsWith('/')),
                ],
            },
            ["ports"] = Schema.Map(
                "Ports of the endpoint by name.",
                new Schema { Type = SchemaType.Integer, Minimum = 0, Maximum = uint.MaxValue, Rules = [PortRange] }) with
            {
                MaxProperties = 128,
                Rules =
                [
                    new(
                        "port name must be valid",
                        """self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))""",
                        p => p.AsObject().All(e => e.Key.Length < 63 && PortName().IsMatch(e.Key))),
                ],
            },
            ["labels"] = Schema.Map("Labels of the endpoint.") with { MaxProperties = 256 },
            ["network"] = Schema.Text("Network that groups endpoints which reach each other directly.") with { MaxLength = 2048 },
            ["locality"] = Schema.Text("Locality of the endpoint, e.g. region/zone/subzone.") with { MaxLength = 2048 },
            ["weight"] = new Schema
            {
                Type = SchemaType.Integer,
                Description = "Load balancing weight of the endpoint.",
                Minimum = 0,
                Maximum = uint.MaxValue,
            },
            ["serviceAccount"] = Schema.Text("Service account of the workload if it has a sidecar.") with { MaxLength = 253 },
        });

    private static Schema Custom(string description, Schema spec) => Schema.Object(
        description,
        new Dictionary<string, Schema> { ["spec"] = spec, ["status"] = Status },
        "spec");

    private static Schema Status => Schema.Object(
        "What istiod and others observed.",
        new Dictionary<string, Schema>
        {
            ["conditions"] = Schema.List(
                "Current service state of the resource.",
                Schema.Object(
                    "One observation.",
                    new Dictionary<string, Schema>
                    {
                        ["type"] = Schema.Text("Type of the condition."),
                        ["status"] = Schema.Text("Status of the condition."),
                        ["reason"] = Schema.Text("Why, in CamelCase."),
                        ["message"] = Schema.Text("Why, for people."),
                        ["lastProbeTime"] = Schema.Time("When the condition was last probed."),
                        ["lastTransitionTime"] = Schema.Time("When the status last changed."),
                        ["observedGeneration"] = Schema.IntOrText("Generation the condition refers to."),
                    })),
            ["observedGeneration"] = Schema.IntOrText("Generation the status refers to."),
            ["validationMessages"] = Schema.List(
                "Errors and warnings of Istio's analyzers.",
                Schema.Object(
                    "One message.",
                    new Dictionary<string, Schema>
                    {
                        ["documentationUrl"] = Schema.Text("Documentation of the message's type."),
                        ["level"] = Schema.Choice("Severity.", "UNKNOWN", "ERROR", "WARNING", "INFO"),
                        ["type"] = Schema.Object(
                            "Type of the message.",
                            new Dictionary<string, Schema> { ["code"] = Schema.Text("Such as IST0101."), ["name"] = Schema.Text("Name.") }),
                    })),
        }) with
    { Open = true };

    private static string? UnixPath(JsonNode address) =>
        address.Text() is { } text && text.StartsWith("unix://", StringComparison.Ordinal) ? text["unix://".Length..] : null;

    [GeneratedRegex("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex PortName();
}
