using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;
using Onboarding.Embedded.Tables;

namespace Onboarding.Embedded.Kinds;

/// <summary>Kinds of the core group and coordination.</summary>
internal static class CoreKinds
{
    public static Kind Namespace { get; } = new("", ["v1"], "Namespace", "namespaces", CoreSchema.Namespace)
    {
        ShortNames = ["ns"],
        Namespaced = false,
        HasStatus = true,
        BuiltIn = true,
        Columns = [Column.Text("Status", o => o.Text("status", "phase")), Column.Age],
    };

    public static Kind ConfigMap { get; } = new("", ["v1"], "ConfigMap", "configmaps", CoreSchema.ConfigMap)
    {
        ShortNames = ["cm"],
        BuiltIn = true,
        Columns = [Column.Number("Data", o => Count(o, "data") + Count(o, "binaryData")), Column.Age],
    };

    public static Kind Secret { get; } = new("", ["v1"], "Secret", "secrets", CoreSchema.Secret)
    {
        BuiltIn = true,
        Columns = [Column.Text("Type", o => o.Text("type")), Column.Number("Data", o => Count(o, "data")), Column.Age],
    };

    public static Kind ServiceAccount { get; } = new("", ["v1"], "ServiceAccount", "serviceaccounts", CoreSchema.ServiceAccount)
    {
        ShortNames = ["sa"],
        BuiltIn = true,
        Columns = [Column.Number("Secrets", o => o.List("secrets").Count()), Column.Age],
    };

    public static Kind Service { get; } = new("", ["v1"], "Service", "services", ServiceSchema.Value)
    {
        ShortNames = ["svc"],
        Categories = ["all"],
        HasStatus = true,
        BuiltIn = true,
        Columns =
        [
            Column.Text("Type", o => o.Text("spec", "type")),
            Column.Text("Cluster-IP", o => o.Text("spec", "clusterIP") ?? "<none>"),
            Column.Text("External-IP", ServiceColumns.ExternalAddress),
            Column.Text("Port(s)", ServiceColumns.Ports),
            Column.Age,
        ],
    };

    public static Kind Event { get; } = new("", ["v1"], "Event", "events", EventSchema.Value)
    {
        ShortNames = ["ev"],
        BuiltIn = true,
        Columns = EventColumns.All,
    };

    public static Kind Lease { get; } = new("coordination.k8s.io", ["v1"], "Lease", "leases", CoreSchema.Lease)
    {
        BuiltIn = true,
        Columns = [Column.Text("Holder", o => o.Text("spec", "holderIdentity")), Column.Age],
    };

    /// <summary>Nodes, for gateways that are reached by a NodePort. Nothing runs on them here.</summary>
    public static Kind Node { get; } = new("", ["v1"], "Node", "nodes", CoreSchema.Node)
    {
        ShortNames = ["no"],
        Namespaced = false,
        HasStatus = true,
        BuiltIn = true,
        Columns = [Column.Age],
    };

    /// <summary>Pods, for tokens that are bound to one. Nothing runs them here.</summary>
    public static Kind Pod { get; } = new("", ["v1"], "Pod", "pods", CoreSchema.Pod)
    {
        ShortNames = ["po"],
        Categories = ["all"],
        HasStatus = true,
        BuiltIn = true,
        Columns = [Column.Text("Status", o => o.Text("status", "phase")), Column.Age],
    };

    /// <summary>Istio's revision tags are objects of this kind. They are kept, and never called.</summary>
    public static Kind MutatingWebhookConfiguration { get; } = new(
        "admissionregistration.k8s.io", ["v1"], "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", CoreSchema.MutatingWebhookConfiguration)
    {
        Categories = ["api-extensions"],
        Namespaced = false,
        HasGeneration = true,
        BuiltIn = true,
        Columns = [Column.Number("Webhooks", o => o.List("webhooks").Count()), Column.Age],
    };

    public static IReadOnlyList<Kind> All { get; } =
        [Namespace, ConfigMap, Secret, ServiceAccount, Service, Event, Lease, Node, Pod, MutatingWebhookConfiguration];

    private static int Count(System.Text.Json.Nodes.JsonObject value, string field) =>
        value[field] is System.Text.Json.Nodes.JsonObject map ? map.Count : 0;
}
