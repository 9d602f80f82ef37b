using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Schemas;

/// <summary>Shape of a WorkloadGroup's readiness probe.</summary>
internal static class ProbeSchema
{
    public static Schema Probe(SchemaRule portRange) => Schema.Object(
        "How the agent on the workload's host finds out whether the workload is healthy.",
        new Dictionary<string, Schema>
        {
            ["initialDelaySeconds"] = Count("Seconds before the first probe."),
            ["timeoutSeconds"] = Count("Seconds after which a probe fails."),
            ["periodSeconds"] = Count("Seconds between probes."),
            ["successThreshold"] = Count("Successes in a row until healthy again."),
            ["failureThreshold"] = Count("Failures in a row until unhealthy."),
            ["httpGet"] = Schema.Object(
                "Healthy if a GET is answered with a success code.",
                new Dictionary<string, Schema>
                {
                    ["path"] = Schema.Text("Path."),
                    ["port"] = Port(portRange),
                    ["host"] = Schema.Text("Host, by default the workload's address."),
                    ["scheme"] = Schema.Text("HTTP or HTTPS.") with
                    {
                        Rules =
                        [
                            new(
                                "scheme must be one of [HTTP, HTTPS]",
                                """self in ["", "HTTP", "HTTPS"]""",
                                s => s.Text() is "" or "HTTP" or "HTTPS"),
                        ],
                    },
                    ["httpHeaders"] = Schema.List(
                        "Headers of the request.",
                        Schema.Object(
                            "A header.",
                            new Dictionary<string, Schema>
                            {
                                ["name"] = Schema.Text("Name.") with { Pattern = "^[-_A-Za-z0-9]+$" },
                                ["value"] = Schema.Text("Value."),
                            })),
                },
                "port"),
            ["tcpSocket"] = Schema.Object(
                "Healthy if a connection opens.",
                new Dictionary<string, Schema> { ["host"] = Schema.Text("Host."), ["port"] = Port(portRange) },
                "port"),
            ["exec"] = Schema.Object(
                "Healthy if a command exits with 0.",
                new Dictionary<string, Schema>
                {
                    ["command"] = Schema.List("Command and arguments.", Schema.Text() with { MinLength = 1 }),
                },
                "command"),
            ["grpc"] = Schema.Object(
                "Healthy if the gRPC health service says so.",
                new Dictionary<string, Schema> { ["port"] = Port(portRange), ["service"] = Schema.Text("Service to ask about.") }),
        }) with
    { OneOf = ["httpGet", "tcpSocket", "exec", "grpc"] };

    private static Schema Count(string description) => Schema.Int32(description) with { Minimum = 0 };

    private static Schema Port(SchemaRule range) => new()
    {
        Type = SchemaType.Integer,
        Description = "Port.",
        Minimum = 0,
        Maximum = uint.MaxValue,
        Rules = [range],
    };
}
