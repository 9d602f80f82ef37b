using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

public sealed class ProxyConfigInputTests
{
    [Theory]
    [InlineData("status_port: 15025", "statusPort: 15025")]
    [InlineData("statusPort: '15025'", "statusPort: 15025")]
    [InlineData("statusPort: 15025.0", "statusPort: 15025")]
    [InlineData("statusPort: 0x10", "statusPort: 16")]
    [InlineData("statusPort: 010", "statusPort: 8")]
    [InlineData("statusPort: 0", "")]
    [InlineData("statusPort: null", "")]
    [InlineData("statusPort: 1\nstatusPort: 2", "statusPort: 2")]
    [InlineData("status_port: 1\nstatusPort: 2", "statusPort: 2")]
    [InlineData("concurrency: 0", "concurrency: 0")]
    [InlineData("holdApplicationUntilProxyStarts: no", "holdApplicationUntilProxyStarts: false")]
    [InlineData("drainDuration: 1h30m", "drainDuration: 5400s")]
    [InlineData("drainDuration: 5.5s", "drainDuration: 5.500s")]
    [InlineData("drainDuration: 10ms", "drainDuration: 0.010s")]
    [InlineData("drainDuration: 1us500ns", "drainDuration: 0.000001500s")]
    [InlineData("drainDuration: -1.5h", "drainDuration: -5400s")]
    [InlineData("drainDuration: '0'", "drainDuration: 0s")]
    [InlineData("interceptionMode: TPROXY", "interceptionMode: TPROXY")]
    [InlineData("interceptionMode: 1", "interceptionMode: TPROXY")]
    [InlineData("interceptionMode: REDIRECT", "")]
    [InlineData("interceptionMode: 77", "interceptionMode: 77")]
    [InlineData("controlPlaneAuthPolicy: INHERIT", "controlPlaneAuthPolicy: INHERIT")]
    [InlineData("tracingServiceName: APP_LABEL_AND_NAMESPACE", "tracingServiceName: APP_LABEL_AND_NAMESPACE")]
    [InlineData("serviceCluster: x\ntracingServiceName: 1", "tracingServiceName: CANONICAL_NAME_ONLY")]
    [InlineData("tracing: {sampling: 5}", "tracing:\n  sampling: 5")]
    [InlineData("tracing: {sampling: 0.0000001}", "tracing:\n  sampling: 1e-07")]
    [InlineData("tracing: {sampling: 1234567.5}", "tracing:\n  sampling: 1.2345675e+06")]
    [InlineData("tracing: {stackdriver: {maxNumberOfAttributes: 5}}", "tracing:\n  stackdriver:\n    maxNumberOfAttributes: \"5\"")]
    [InlineData("tracing: {custom_tags: {b: {literal: {value: x}}, a10: {}, a9: null}}", "tracing:\n  customTags:\n    a9: {}\n    a10: {}\n    b:\n      literal:\n        value: x")]
    [InlineData("extraStatTags: [b, a, null]", "extraStatTags:\n- b\n- a\n- \"\"")]
    [InlineData("extraStatTags: []", "")]
    [InlineData("image: {}", "image: {}")]
    [InlineData("sds: {k8sSaJwtPath: /x}", "sds:\n  k8sSaJwtPath: /x")]
    [InlineData("readinessProbe: {httpGet: {port: 1}}", "")]
    [InlineData("bogus: {a: 1}", "")]
    [InlineData("statusPort: -1", "statusPort: -1")]
    [InlineData("statusPort: '-0'", "")]
    [InlineData("meshId: m\nzoneAwareLbSetting: {minClusterSize: -1}", "meshId: m")]
    public void Is_read_tolerantly_and_written_like_protobuf(string given, string written) =>
        Generated.From("defaultConfig:\n  " + given.Replace("\n", "\n  ", StringComparison.Ordinal)).Proxy().ShouldBe(written);

    [Theory]
    [InlineData("defaultConfig: {drainDuration: 5}", "json: cannot unmarshal number into Go value of type string")]
    [InlineData("defaultConfig: {drainDuration: 5 parsecs}", "unknown unit")]
    [InlineData("defaultConfig: {drainDuration: '5'}", "missing unit")]
    [InlineData("defaultConfig: {drainDuration: 9999999h}", "invalid duration")]
    [InlineData("defaultConfig: {statusPort: 3000000000}", "json: cannot unmarshal number 3000000000 into Go value of type int32")]
    [InlineData("defaultConfig: {statusPort: 1.5}", "json: cannot unmarshal number 1.5 into Go value of type int32")]
    [InlineData("defaultConfig: {gatewayTopology: {numTrustedProxies: '-0'}}", "json: cannot unmarshal number -0 into Go value of type uint32")]
    [InlineData("zoneAwareLbSetting: {minClusterSize: -1}", "json: cannot unmarshal number -1 into Go value of type uint32")]
    [InlineData("zoneAwareLbSetting: {minClusterSize: 4294967296}", "json: cannot unmarshal number 4294967296 into Go value of type uint32")]
    [InlineData("defaultConfig: {statusPort: yes}", "json: cannot unmarshal bool into Go value of type int32")]
    [InlineData("defaultConfig: {interceptionMode: OTHER}", "for enum istio.mesh.v1alpha1.ProxyConfig.InboundInterceptionMode")]
    [InlineData("defaultConfig: {proxyMetadata: {A: 1}}", "json: cannot unmarshal number into Go value of type string")]
    [InlineData("defaultConfig: {holdApplicationUntilProxyStarts: 'true'}", "json: cannot unmarshal string into Go value of type bool")]
    [InlineData("defaultConfig: []", "json: cannot unmarshal array into Go value of type map[string]json.RawMessage")]
    [InlineData("trustDomain: 5", "json: cannot unmarshal number into Go value of type string")]
    [InlineData("text", "json: cannot unmarshal string")]
    [InlineData("a: [", "isn't valid YAML: While parsing a node")]
    [InlineData("a: *b", "unknown anchor 'b'")]
    [InlineData("a: &a [*a]", "unknown anchor 'a'")]
    [InlineData("~: x", "unsupported map key")]
    public void Wrong_types_are_refused_with_istios_words(string mesh, string message)
    {
        BootConfigurationException error = Should.Throw<BootConfigurationException>(() => Generated.From(mesh));
        error.Message.ShouldStartWith("mesh configuration: ");
        error.Message.ShouldContain(message);
    }

    [Fact]
    public void A_bomb_of_aliases_and_a_deep_text_are_refused()
    {
        string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Should.Throw<BootConfigurationException>(() => Generated.From(bomb)).Message.ShouldContain("more than");
        Should.Throw<BootConfigurationException>(() => Generated.From(new string('[', 10_000))).Message.ShouldContain("deeper than");
        Should.Throw<BootConfigurationException>(() => Generated.From(new string('x', 2_000_000))).Message.ShouldContain("longer than");
    }

    [Fact]
    public void An_annotation_brings_metadata_to_a_mesh_that_has_none()
    {
        const string group = """
            metadata: {name: foo, namespace: bar, annotations: {proxy.istio.io/config: "proxyMetadata: {A: object, B: object}\ntracing: {zipkin: {address: z}}"}}
            spec:
              metadata: {annotations: {proxy.istio.io/config: "proxyMetadata: {A: spec}\ntracing: {sampling: 5}"}}
            """;
        BootConfigurationFiles files = Generated.From("defaultConfig: {meshId: m}", group);
        files.Variable("A").ShouldBe("'spec'");
        files.Variable("B").ShouldBe("'object'");
        files.Proxy().ShouldBe("meshId: m\ntracing:\n  sampling: 5");
    }
}
