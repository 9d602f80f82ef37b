using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Schemas;

/// <summary>Shape of a Service; stored and shown, nothing is proxied here.</summary>
internal static class ServiceSchema
{
    public static Schema Value { get; } = Schema.Object(
        "Service names a set of endpoints.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.Object(
                "Behaviour of the service.",
                new Dictionary<string, Schema>
                {
                    ["type"] = Schema.Choice("How the service is exposed.", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName") with
                    {
                        Default = JsonValue.Create("ClusterIP"),
                    },
                    ["ports"] = Schema.List("Ports of the service.", Port) with
                    {
                        ListKind = ListKind.Map,
                        ListKeys = ["port", "protocol"],
                        MergeKey = "port",
                    },
                    ["selector"] = Schema.Map("Labels of the pods behind it.") with { AtomicMap = true },
                    ["clusterIP"] = Schema.Text("Virtual address."),
                    ["clusterIPs"] = Schema.Texts("Virtual addresses."),
                    ["externalIPs"] = Schema.Texts("Further addresses."),
                    ["externalName"] = Schema.Text("DNS name, for ExternalName."),
                    ["loadBalancerIP"] = Schema.Text("Wanted address of the load balancer."),
                    ["loadBalancerClass"] = Schema.Text("Class of the load balancer."),
                    ["loadBalancerSourceRanges"] = Schema.Texts("Clients the load balancer admits."),
                    ["sessionAffinity"] = Schema.Text("ClientIP or None.") with { Default = JsonValue.Create("None") },
                    ["sessionAffinityConfig"] = Schema.OpenObject("Settings of session affinity."),
                    ["ipFamilies"] = Schema.Texts("Address families."),
                    ["ipFamilyPolicy"] = Schema.Text("How many address families."),
                    ["externalTrafficPolicy"] = Schema.Text("How external traffic is routed."),
                    ["internalTrafficPolicy"] = Schema.Text("How internal traffic is routed."),
                    ["publishNotReadyAddresses"] = Schema.Flag("Whether endpoints count before they are ready."),
                    ["allocateLoadBalancerNodePorts"] = Schema.Flag("Whether a load balancer gets node ports."),
                    ["healthCheckNodePort"] = Schema.Int32("Port of the health check."),
                    ["trafficDistribution"] = Schema.Text("Preference among endpoints."),
                }),
            ["status"] = Schema.Object(
                "State of the service.",
                new Dictionary<string, Schema>
                {
                    ["loadBalancer"] = Schema.Object(
                        "The load balancer.",
                        new Dictionary<string, Schema>
                        {
                            ["ingress"] = Schema.List(
                                "Where it is reached.",
                                Schema.Object(
                                    "One address.",
                                    new Dictionary<string, Schema>
                                    {
                                        ["ip"] = Schema.Text("Address."),
                                        ["hostname"] = Schema.Text("DNS name."),
                                        ["ipMode"] = Schema.Text("How the address behaves."),
                                        ["ports"] = Schema.List("Ports.", Schema.OpenObject("Port.")),
                                    })),
                        }),
                    ["conditions"] = ConditionSchema.Conditions,
                }),
        });

    private static Schema Port => Schema.Object(
        "A port.",
        new Dictionary<string, Schema>
        {
            ["name"] = Schema.Text("Name of the port."),
            ["protocol"] = Schema.Text("TCP, UDP or SCTP.") with { Default = JsonValue.Create("TCP") },
            ["appProtocol"] = Schema.Text("Application protocol."),
            ["port"] = Schema.Int32("Port of the service.") with { Minimum = 1, Maximum = 65535 },
            ["targetPort"] = Schema.IntOrText("Port of the pods."),
            ["nodePort"] = Schema.Int32("Port of the nodes."),
        },
        "port");
}
