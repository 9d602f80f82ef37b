namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>1.6: mesh.yaml, its steps and its encoding.</summary>
internal static class MeshYamlRules
{
    public static IEnumerable<Rule> All { get; } =
    [
        new("1.6 only defaultConfig is written", "\ndefaultConfig:\n", "!rootNamespace", "!trustDomain") { Mesh = "rootNamespace: x\ntrustDomain: td\ndefaultConfig: {meshId: m}" },
        new("1.6 step 1: no built-in defaults are mixed in", "!drainDuration", "!statusPort", "!configPath", "!concurrency"),
        new("1.6 step 2: null defaultConfig keeps the start value", "defaultConfig:\n  proxyMetadata:\n") { Mesh = "defaultConfig: null" },
        new("1.6 step 2: unknown fields don't fail", "  meshId: m\n") { Mesh = "nothing: {known: 1}\ndefaultConfig: {meshId: m, neither: this}" },
        new("1.6 step 5: an annotation replaces the fields it has", "  tracing:\n    sampling: 5\n", "!zipkin", "  meshId: m\n")
        {
            Mesh = "defaultConfig: {meshId: m, tracing: {zipkin: {address: z}}}", Group = Annotated("tracing: {sampling: 5}"),
        },
        new("1.6 step 5: proxyMetadata is merged by key", "    A: mesh\n", "    B: group\n")
        {
            Mesh = "defaultConfig: {proxyMetadata: {A: mesh, B: mesh}}", Group = Annotated("proxyMetadata: {B: group}"),
        },
        new("1.6 step 5: spec.metadata wins over the object's own", "    B: spec\n")
        {
            Group = "metadata: {name: foo, namespace: bar, annotations: {proxy.istio.io/config: 'proxyMetadata: {B: object}'}}\n"
                + "spec: {metadata: {annotations: {proxy.istio.io/config: 'proxyMetadata: {B: spec}'}}}",
        },
        new("1.6 step 6: the group's probe", "  readinessProbe:\n    tcpSocket:\n      port: 5\n") { Group = Group("probe: {tcpSocket: {port: 5}}") },
        new("1.6 step 6: the mesh's probe is removed", "!readinessProbe") { Mesh = "defaultConfig: {readinessProbe: {tcpSocket: {port: 5}}}" },
        new("1.6 step 7: the meta keys are in proxyMetadata", "    ISTIO_META_WORKLOAD_NAME: foo\n", "    POD_NAMESPACE: bar\n", "    SERVICE_ACCOUNT: default\n"),
        new("1.6 step 7: the override keys aren't", "!    ISTIO_SERVICE:", "!    ISTIO_INBOUND_PORTS", "!    ISTIO_NAMESPACE"),
        new("1.6 crash: metadata of an annotation where the mesh has none", "    A: x\n") { Mesh = "defaultConfig: {meshId: m}", Group = Annotated("proxyMetadata: {A: x}") },
        new("1.6 crash: a group of the API server without metadata and template", "ISTIO_SERVICE='foo.bar'\n")
        {
            Group = "metadata: {name: foo, namespace: bar}\nspec: {}", FromServer = true,
        },
        new("1.6 input: proto names", "  statusPort: 5\n") { Mesh = "default_config: {status_port: 5}" },
        new("1.6 input: numbers as text", "  statusPort: 5\n") { Mesh = "defaultConfig: {statusPort: '5'}" },
        new("1.6 input: enums as numbers", "  interceptionMode: TPROXY\n") { Mesh = "defaultConfig: {interceptionMode: 1}" },
        new("1.6 input: durations in Go's syntax", "  drainDuration: 5400s\n") { Mesh = "defaultConfig: {drainDuration: 1h30m}" },
        new("1.6 input: null is ignored, in maps it is empty", "    A: \"\"\n", "!statusPort") { Mesh = "defaultConfig: {statusPort: null, proxyMetadata: {A: null}}" },
        new("1.6 input: numbers in the object's own metadata are texts", "ISTIO_SERVICE='1.2'\n") { Group = "metadata: {name: 1, namespace: 2}" },
        new("1.6 input: kind isn't checked", "ISTIO_SERVICE='foo.'\n") { Group = "kind: Pod\nmetadata: {name: foo}" },
        new("1.6 input: top-level names in any case", "ISTIO_SERVICE='foo.'\n") { Group = "Metadata: {Name: foo}" },
        new("1.6 input: the last of equal keys wins", "  meshId: b\n") { Mesh = "defaultConfig: {meshId: a, meshId: b}" },
        new("1.6 input: only the first document", "ISTIO_SERVICE='foo.'\n") { Group = "metadata: {name: foo}\n---\nmetadata: {name: other}" },
        new("1.6 input: of several probes the last in the schema wins", "    grpc:\n", "!httpGet") { Group = Group("probe: {grpc: {port: 1}, httpGet: {port: 2}}") },
        new("1.6 input: YAML 1.1 words are booleans, as keys too", "true='x'\n") { Mesh = "defaultConfig: {proxyMetadata: {Y: x}}" },
        new("1.6 output: defaults are left out", "!statusPort", "!interceptionMode", "!extraStatTags") { Mesh = "defaultConfig: {statusPort: 0, interceptionMode: REDIRECT, extraStatTags: []}" },
        new("1.6 output: presence is kept", "  concurrency: 0\n", "  readinessProbe: {}\n") { Mesh = "defaultConfig: {concurrency: 0}", Group = Group("probe: {}") },
        new("1.6 output: durations with as many decimals as they need", "  drainDuration: 5.500s\n") { Mesh = "defaultConfig: {drainDuration: 5.5s}" },
        new("1.6 output: 64-bit numbers as text", "maxNumberOfAttributes: \"5\"") { Mesh = "defaultConfig: {tracing: {stackdriver: {maxNumberOfAttributes: 5}}}" },
        new("1.6 output: natural key order, not the schema's", "  concurrency: 2\n  drainDuration: 1s\n  meshId: m\n") { Mesh = "defaultConfig: {meshId: m, drainDuration: 1s, concurrency: 2}" },
    ];

    private static string Group(string spec) => $"metadata: {{name: foo, namespace: bar}}\nspec: {{{spec}}}";

    private static string Annotated(string config) =>
        $"metadata: {{name: foo, namespace: bar, annotations: {{proxy.istio.io/config: '{config}'}}}}\nspec: {{template: {{}}}}";
}
