using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Schemas;

/// <summary>Shapes of the core kinds this control plane keeps.</summary>
internal static class CoreSchema
{
    public static Schema Namespace { get; } = Schema.Object(
        "Namespace provides a scope for names.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.Object(
                "Behaviour of the namespace.",
                new Dictionary<string, Schema>
                {
                    ["finalizers"] = Schema.Texts("Names that must be removed before the namespace goes."),
                }),
            ["status"] = Schema.Object(
                "State of the namespace.",
                new Dictionary<string, Schema>
                {
                    ["phase"] = Schema.Text("Active or Terminating."),
                    ["conditions"] = ConditionSchema.Conditions,
                }),
        });

    public static Schema ConfigMap { get; } = Schema.Object(
        "ConfigMap holds configuration data.",
        new Dictionary<string, Schema>
        {
            ["data"] = Schema.Map("Text by key."),
            ["binaryData"] = Schema.Map("Base64 by key.", Schema.Text() with { Format = "byte" }),
            ["immutable"] = Schema.Flag("True if the data may no longer be changed."),
        });

    public static Schema Secret { get; } = Schema.Object(
        "Secret holds secret data.",
        new Dictionary<string, Schema>
        {
            ["type"] = Schema.Text("What the data is for.") with { Default = JsonValue.Create("Opaque") },
            ["data"] = Schema.Map("Base64 by key.", Schema.Text() with { Format = "byte" }),
            ["stringData"] = Schema.Map("Text by key, written into data and never read back."),
            ["immutable"] = Schema.Flag("True if the data may no longer be changed."),
        });

    public static Schema ServiceAccount { get; } = Schema.Object(
        "ServiceAccount is an identity for processes.",
        new Dictionary<string, Schema>
        {
            ["secrets"] = Schema.Keyed("Secrets of the account.", "name", References.ObjectReference),
            ["imagePullSecrets"] = Schema.List(
                "Secrets for pulling images.",
                Schema.Object("A secret.", new Dictionary<string, Schema> { ["name"] = Schema.Text("Name.") }) with { AtomicMap = true }) with
            {
                MergeKey = "name",
            },
            ["automountServiceAccountToken"] = Schema.Flag("Whether pods mount a token."),
        });

    public static Schema Node { get; } = Schema.Object(
        "Node is a machine of the cluster.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.OpenObject("Behaviour of the node."),
            ["status"] = Schema.OpenObject("State of the node."),
        });

    public static Schema Pod { get; } = Schema.Object(
        "Pod is a group of containers.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.OpenObject("What runs in the pod."),
            ["status"] = Schema.OpenObject("State of the pod."),
        });

    public static Schema MutatingWebhookConfiguration { get; } = Schema.Object(
        "MutatingWebhookConfiguration names webhooks that may change objects.",
        new Dictionary<string, Schema>
        {
            ["webhooks"] = Schema.Keyed("The webhooks.", "name", Schema.OpenObject("A webhook.")),
        });

    public static Schema Lease { get; } = Schema.Object(
        "Lease says who leads or lives.",
        new Dictionary<string, Schema>
        {
            ["spec"] = Schema.Object(
                "Holder and times.",
                new Dictionary<string, Schema>
                {
                    ["holderIdentity"] = Schema.Text("Who holds the lease."),
                    ["leaseDurationSeconds"] = Schema.Int32("Seconds after renewal until others may take it."),
                    ["acquireTime"] = Schema.Time("When it was acquired."),
                    ["renewTime"] = Schema.Time("When it was last renewed."),
                    ["leaseTransitions"] = Schema.Int32("How often the holder changed."),
                    ["preferredHolder"] = Schema.Text("Who should hold it next."),
                    ["strategy"] = Schema.Text("How the next holder is picked."),
                }),
        });
}
