namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>1.5 and 1.7: every key of cluster.env, line format and quoting, labels and canonical names.</summary>
internal static class ClusterEnvRules
{
    private const string Labels = "metadata: {name: foo, namespace: bar}\nspec: {metadata: {labels: {L}}, template: {}}";

    public static IEnumerable<Rule> All { get; } =
    [
        new("1.5 CANONICAL_REVISION: always, latest without a label", "\nCANONICAL_REVISION='latest'\n".TrimStart('\n')),
        new("1.5 CANONICAL_SERVICE: always, the group's name without a label", "CANONICAL_SERVICE='foo'\n"),
        new("1.5 CA_ADDR: the mesh's passes through when unrevisioned", "CA_ADDR='ca:1'\n") { Mesh = Metadata("CA_ADDR: 'ca:1'") },
        new("1.5 CA_ADDR: the mesh's is replaced when revisioned", "CA_ADDR='istiod-r.istio-system.svc:15012'\n", "    CA_ADDR: ca:1\n")
        {
            Mesh = Metadata("CA_ADDR: 'ca:1'"), With = i => i with { Revision = "r" },
        },
        new("1.5 ISTIO_INBOUND_PORTS: * without ports", "ISTIO_INBOUND_PORTS='*'\n"),
        new("1.5 ISTIO_INBOUND_PORTS: numbers, in the order of their names", "ISTIO_INBOUND_PORTS='2,1'\n") { Group = Template("ports: {a: 2, b: 1}") },
        new("1.5 ISTIO_LOCAL_EXCLUDE_PORTS: 15020 where statusPort is unset", "ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021,15020'\n"),
        new("1.5 ISTIO_LOCAL_EXCLUDE_PORTS: statusPort 0 is unset", "ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021,15020'\n") { Mesh = "defaultConfig: {statusPort: 0}" },
        new("1.5 ISTIO_LOCAL_EXCLUDE_PORTS: another statusPort", "ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021,15025'\n") { Mesh = "defaultConfig: {statusPort: 15025}" },
        new("1.5 ISTIO_LOCAL_EXCLUDE_PORTS: 15090 isn't added again", "ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021'\n") { Mesh = "defaultConfig: {statusPort: 15090}" },
        new("1.5 ISTIO_LOCAL_EXCLUDE_PORTS: 15021 isn't added again", "ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021'\n") { Mesh = "defaultConfig: {statusPort: 15021}" },
        new("1.5 ISTIO_LOCAL_EXCLUDE_PORTS: statusPort is read after annotations", "ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021,7'\n")
        {
            Mesh = "defaultConfig: {statusPort: 15090}", Group = Annotated("statusPort: 7"),
        },
        new("1.5 ISTIO_METAJSON_LABELS: always, with both canonical labels",
            "ISTIO_METAJSON_LABELS='{\"service.istio.io/canonical-name\":\"foo\",\"service.istio.io/canonical-revision\":\"latest\"}'\n"),
        new("1.5 ISTIO_META_AUTO_REGISTER_GROUP: with the flag", "ISTIO_META_AUTO_REGISTER_GROUP='foo'\n") { With = i => i with { AutoRegister = true } },
        new("1.5 ISTIO_META_AUTO_REGISTER_GROUP: not without", "!AUTO_REGISTER_GROUP"),
        new("1.5 ISTIO_META_AUTO_REGISTER_GROUP: the mesh's passes through", "ISTIO_META_AUTO_REGISTER_GROUP='m'\n") { Mesh = Metadata("ISTIO_META_AUTO_REGISTER_GROUP: m") },
        new("1.5 ISTIO_META_CLUSTER_ID: as given", "ISTIO_META_CLUSTER_ID='Kubernetes'\n"),
        new("1.5 ISTIO_META_CLUSTER_ID: empty stays empty", "ISTIO_META_CLUSTER_ID=''\n") { With = i => i with { ClusterId = "" } },
        new("1.5 ISTIO_META_DNS_CAPTURE: true beats the mesh", "ISTIO_META_DNS_CAPTURE='true'\n") { Mesh = Metadata("ISTIO_META_DNS_CAPTURE: 'false'") },
        new("1.5 ISTIO_META_DNS_CAPTURE: switched off, nothing is written", "!DNS_CAPTURE") { With = i => i with { CaptureDns = false } },
        new("1.5 ISTIO_META_MESH_ID: of the mesh", "ISTIO_META_MESH_ID='m'\n") { Mesh = "defaultConfig: {meshId: m}" },
        new("1.5 ISTIO_META_MESH_ID: no fallback to the trust domain", "ISTIO_META_MESH_ID=''\n") { Mesh = "trustDomain: td" },
        new("1.5 ISTIO_META_NETWORK: of the template", "ISTIO_META_NETWORK='net'\n") { Group = Template("network: net") },
        new("1.5 ISTIO_META_NETWORK: empty without, whatever labels say", "ISTIO_META_NETWORK=''\n") { Group = Template("labels: {topology.istio.io/network: net}") },
        new("1.5 ISTIO_META_POD_PORTS: sorted by name, compact, protocol empty",
            "ISTIO_META_POD_PORTS='[{\"name\":\"a\",\"containerPort\":2,\"protocol\":\"\"},{\"name\":\"b\",\"containerPort\":1,\"protocol\":\"\"}]'\n")
        {
            Group = Template("ports: {b: 1, a: 2}"),
        },
        new("1.5 ISTIO_META_POD_PORTS: not without ports", "!POD_PORTS"),
        new("1.5 ISTIO_META_WORKLOAD_NAME: the group's name", "ISTIO_META_WORKLOAD_NAME='foo'\n"),
        new("1.5 ISTIO_NAMESPACE and POD_NAMESPACE: the group's", "ISTIO_NAMESPACE='bar'\n", "POD_NAMESPACE='bar'\n"),
        new("1.5 ISTIO_SERVICE: name and namespace", "ISTIO_SERVICE='foo.bar'\n"),
        new("1.5 ISTIO_SERVICE_CIDR: everything", "ISTIO_SERVICE_CIDR='*'\n"),
        new("1.5 ISTIO_SVC_IP: the internal address", "ISTIO_SVC_IP='not checked'\n", "!REWRITE_PROBE") { With = i => i with { InternalIP = "not checked" } },
        new("1.5 ISTIO_SVC_IP: the external address", "ISTIO_SVC_IP='1.2.3.4'\n", "REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION='true'\n")
        {
            With = i => i with { ExternalIP = "1.2.3.4" },
        },
        new("1.5 ISTIO_SVC_IP: not without a flag", "!ISTIO_SVC_IP"),
        new("1.5 REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION: not in mesh.yaml", "!    REWRITE_PROBE") { With = i => i with { ExternalIP = "1.2.3.4" } },
        new("1.5 SERVICE_ACCOUNT: default from a file that names none", "SERVICE_ACCOUNT='default'\n"),
        new("1.5 SERVICE_ACCOUNT: empty from an API server that names none", "SERVICE_ACCOUNT=''\n") { FromServer = true },
        new("1.5 TRUST_DOMAIN: as the mesh says, @ and all", "TRUST_DOMAIN='a@b'\n") { Mesh = "trustDomain: a@b" },
        new("1.5 TRUST_DOMAIN: no default", "TRUST_DOMAIN=''\n"),
        new("1.5 any key of the mesh's proxyMetadata is a variable", "ANYTHING='x'\n") { Mesh = Metadata("ANYTHING: x") },
        new("1.5 never written: locality, weight, annotations", "!locality", "!r/z", "!weight", "!77", "!kept-out")
        {
            Group = "metadata: {name: foo, namespace: bar}\nspec: {metadata: {annotations: {a: kept-out}}, template: {locality: r/z, weight: 77}}",
        },
        new("1.5 lines: sorted by bytes, J before _", "ISTIO_METAJSON_LABELS='{\"service.istio.io/canonical-name\":\"foo\",\"service.istio.io/canonical-revision\":\"latest\"}'\nISTIO_META_CLUSTER_ID="),
        new("1.5 lines: a digit before the equals sign", "A1='x'\nA='x'\n") { Mesh = Metadata("A: x, A1: x") },
        new("1.5 lines: a line break stays inside the quotes", "A='x\ny'\n") { Mesh = Metadata("A: \"x\\ny\"") },
        new("1.5 quoting: empty", "A=''\n") { Mesh = Metadata("A: ''") },
        new("1.5 quoting: only of the set of bare characters", "A=w,w@%+=:./-\n") { Mesh = Metadata("A: 'w,w@%+=:./-'") },
        new("1.5 quoting: any other letter is quoted", "A='x'\n") { Mesh = Metadata("A: x") },
        new("1.5 quoting: a quote inside", "A='it'\"'\"'s'\n") { Mesh = Metadata("A: it's") },
        new("1.7 labels: the template's win", "\"version\":\"v2\"", "CANONICAL_REVISION='v2'\n")
        {
            Group = "metadata: {name: foo, namespace: bar}\nspec: {metadata: {labels: {version: v1}}, template: {labels: {version: v2}}}",
        },
        new("1.7 canonical service: its own label first", "CANONICAL_SERVICE='c'\n") { Group = Labelled("app: a, app.kubernetes.io/name: k, service.istio.io/canonical-name: c") },
        new("1.7 canonical service: Kubernetes' label second", "CANONICAL_SERVICE='k'\n") { Group = Labelled("app: a, app.kubernetes.io/name: k") },
        new("1.7 canonical service: app last", "CANONICAL_SERVICE='a'\n") { Group = Labelled("app: a") },
        new("1.7 canonical service: an empty label counts", "CANONICAL_SERVICE=''\n") { Group = Labelled("app: a, app.kubernetes.io/name: ''") },
        new("1.7 canonical revision: its own label first", "CANONICAL_REVISION='c'\n") { Group = Labelled("version: v, app.kubernetes.io/version: k, service.istio.io/canonical-revision: c") },
        new("1.7 canonical revision: Kubernetes' label second", "CANONICAL_REVISION='k'\n") { Group = Labelled("version: v, app.kubernetes.io/version: k") },
        new("1.7 labels as JSON: Go's escapes", "\\u003c\\u003e\\u0026") { Group = Labelled("a: '<>&'") },
        new("1.7 labels as JSON: sorted by bytes", "'{\"B\":\"\",\"a\":\"\",") { Group = Labelled("a: '', B: ''") },
    ];

    private static string Metadata(string entries) => $"defaultConfig: {{proxyMetadata: {{{entries}}}}}";

    private static string Template(string fields) => $"metadata: {{name: foo, namespace: bar}}\nspec: {{template: {{{fields}}}}}";

    private static string Labelled(string labels) => Labels.Replace("{L}", $"{{{labels}}}", StringComparison.Ordinal);

    private static string Annotated(string config) =>
        $"metadata: {{name: foo, namespace: bar, annotations: {{proxy.istio.io/config: '{config}'}}}}\nspec: {{template: {{}}}}";
}
