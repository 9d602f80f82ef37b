using System.Text.Json.Nodes;
using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

public sealed class WorkloadGroupInputTests
{
    [Theory]
    [InlineData("metadata: {name: 1, namespace: yes}", "ISTIO_SERVICE", "'1.true'")]
    [InlineData("Metadata: {Name: foo, NAMESPACE: bar}", "ISTIO_SERVICE", "'foo.bar'")]
    [InlineData("", "ISTIO_SERVICE", ".")]
    [InlineData("metadata: {name: foo}\n---\nmetadata: {name: other}", "ISTIO_META_WORKLOAD_NAME", "'foo'")]
    [InlineData("metadata: {name: 1.23456789012}", "ISTIO_META_WORKLOAD_NAME", "'1.2345679'")]
    [InlineData("metadata: {name: -9223372036854775809}", "ISTIO_META_WORKLOAD_NAME", "'-9.223372e+18'")]
    [InlineData("metadata: {name: 18446744073709551615}", "ISTIO_META_WORKLOAD_NAME", "'18446744073709551615'")]
    [InlineData("metadata: {name: 1e39}", "ISTIO_META_WORKLOAD_NAME", "'+Inf'")]
    [InlineData("{\n\t\"apiVersion\": \"networking.istio.io/v1beta1\",\n\t\"metadata\": {\n\t\t\"name\": \"foo\"\n\t}\n}", "ISTIO_META_WORKLOAD_NAME", "'foo'")]
    [InlineData("{\"metadata\":{\"name\":\"foo\"}}", "ISTIO_META_WORKLOAD_NAME", "'foo'")]
    [InlineData("apiVersion: any/v9\nkind: any\nmetadata: {name: foo}", "ISTIO_META_WORKLOAD_NAME", "'foo'")]
    [InlineData("spec: {template: {ports: {a: 80, b: 80, c: 0, d: 65536}}}", "ISTIO_INBOUND_PORTS", "'80,80,0,65536'")]
    [InlineData("spec: {metadata: {labels: {'bad label!': 'not a b\u00e4d value?'}}}", "CANONICAL_SERVICE", "''")]
    [InlineData("spec: {~: x}\nspec: {template: {network: net}}", "ISTIO_META_NETWORK", "'net'")]
    [InlineData("{metadata: {18446744073709551615: x}, metadata: {name: foo}}", "ISTIO_META_WORKLOAD_NAME", "'foo'")]
    [InlineData("spec: {template: {serviceAccount: sa}}", "SERVICE_ACCOUNT", "'sa'")]
    [InlineData("spec: {template: {service_account: sa}}", "SERVICE_ACCOUNT", "'sa'")]
    [InlineData("spec: {template: null}", "SERVICE_ACCOUNT", "'default'")]
    [InlineData("spec: {template: {ports: {b: 2, a: '1', c: 70000}}}", "ISTIO_INBOUND_PORTS", "'1,2,70000'")]
    [InlineData("spec: {template: {ports: {'': 2}}}", "ISTIO_META_POD_PORTS", "'[{\"containerPort\":2,\"protocol\":\"\"}]'")]
    [InlineData("spec: {template: {ports: {}}}", "ISTIO_META_POD_PORTS", null)]
    [InlineData("spec: {template: {network: net}}", "ISTIO_META_NETWORK", "'net'")]
    [InlineData("spec: {metadata: {labels: {app: a, version: v}}}", "CANONICAL_SERVICE", "'a'")]
    [InlineData("spec: {metadata: {labels: {app: a, app.kubernetes.io/name: k}}}", "CANONICAL_SERVICE", "'k'")]
    [InlineData("spec: {metadata: {labels: {app: a, service.istio.io/canonical-name: ''}}}", "CANONICAL_SERVICE", "''")]
    [InlineData("spec: {metadata: {labels: {version: v1}}, template: {labels: {version: v2}}}", "CANONICAL_REVISION", "'v2'")]
    [InlineData("spec: {metadata: {labels: {a: null, b: '<&>'}}}", "ISTIO_METAJSON_LABELS", "'{\"a\":\"\",\"b\":\"\\u003c\\u0026\\u003e\",\"service.istio.io/canonical-name\":\"\",\"service.istio.io/canonical-revision\":\"latest\"}'")]
    public void Is_read_with_istios_tolerance(string group, string variable, string? value) =>
        Generated.From(group: group).Variable(variable).ShouldBe(value);

    [Theory]
    [InlineData("spec: {metadata: {labels: {version: 1}}}", "json: cannot unmarshal number into Go value of type string")]
    [InlineData("spec: {template: {ports: {http: -1}}}", "json: cannot unmarshal number -1 into Go value of type uint32")]
    [InlineData("spec: {template: {ports: {http: '-0'}}}", "json: cannot unmarshal number -0 into Go value of type uint32")]
    [InlineData("spec: {template: {ports: {http: 4294967296}}}", "json: cannot unmarshal number 4294967296 into Go value of type uint32")]
    [InlineData("spec: {template: {weight: 1.5}}", "json: cannot unmarshal number 1.5 into Go value of type uint32")]
    [InlineData("spec: {probe: {periodSeconds: 2147483648}}", "json: cannot unmarshal number 2147483648 into Go value of type int32")]
    [InlineData("spec: {template: {labels: {~: x}}}", "unsupported map key of type: null")]
    [InlineData("spec: {unknown: [{18446744073709551615: x}]}", "unsupported map key of type: uint64")]
    [InlineData("spec: []", "cannot unmarshal array")]
    [InlineData("metadata: {name: [a]}", "cannot unmarshal array")]
    [InlineData("- a", "cannot unmarshal array")]
    public void Wrong_types_are_refused(string group, string message)
    {
        BootConfigurationException error = Should.Throw<BootConfigurationException>(() => Generated.From(group: group));
        error.Message.ShouldStartWith("WorkloadGroup: ");
        error.Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("metadata: {generation: 1.5}", "int64")]
    [InlineData("metadata: {generation: '1'}", "int64")]
    [InlineData("metadata: {creationTimestamp: 2020-01-01}", "parsing time \"2020-01-01\"")]
    [InlineData("metadata: {finalizers: x}", "cannot unmarshal string")]
    [InlineData("metadata: {ownerReferences: [{controller: 'true'}]}", "bool")]
    [InlineData("metadata: {labels: {a: [b]}}", "cannot unmarshal array")]
    [InlineData("metadata: {uid: {}}", "cannot unmarshal object")]
    [InlineData("metadata: {managedFields: [{time: x}]}", "parsing time \"x\"")]
    [InlineData("apiVersion: []", "cannot unmarshal array")]
    [InlineData("kind: 5", "cannot unmarshal number")]
    [InlineData("status: x", "cannot unmarshal string")]
    [InlineData("status: {conditions: 1}", "json: cannot unmarshal number into Go value of type []json.RawMessage")]
    [InlineData("status: {conditions: [{status: yes}]}", "json: cannot unmarshal bool into Go value of type string")]
    [InlineData("status: {conditions: [{lastTransitionTime: x}]}", "parsing time \"x\"")]
    [InlineData("status: {observedGeneration: x}", "int64")]
    [InlineData("status: {validationMessages: [{level: LOUD}]}", "for enum istio.analysis.v1alpha1.AnalysisMessageBase.Level")]
    [InlineData("unknown: .inf", "json: unsupported value: +Inf")]
    public void Fields_nobody_needs_are_refused_all_the_same_if_their_type_is_wrong(string group, string message) =>
        Should.Throw<BootConfigurationException>(() => Generated.From(group: group)).Message.ShouldContain(message);

    [Theory]
    [InlineData("metadata: {generation: 1e2}")]
    [InlineData("metadata: {creationTimestamp: 2020-01-01T00:00:00Z, deletionTimestamp: null}")]
    [InlineData("metadata: {finalizers: [1, yes], ownerReferences: [{apiVersion: 1, controller: true}]}")]
    [InlineData("metadata: {labels: {a: .inf, b: 1e3, c: ~}}")]
    [InlineData("kind: '5'")]
    [InlineData("status: {}")]
    [InlineData("status: {observedGeneration: '7', unknown: 1, conditions: [{type: Ready, status: 'True', lastTransitionTime: 2026-01-02T03:04:05Z}, null]}")]
    [InlineData("status: {validationMessages: [{type: {code: IST0001}, level: WARNING}]}")]
    public void Fields_nobody_needs_are_taken_with_istios_tolerance(string group) =>
        Generated.From(group: group).Variable("ISTIO_SERVICE").ShouldBe(".");

    [Theory]
    [InlineData("probe: {}", "readinessProbe: {}")]
    [InlineData("probe: {exec: {command: [a, 'b c']}, periodSeconds: 5}", "readinessProbe:\n  exec:\n    command:\n    - a\n    - b c\n  periodSeconds: 5")]
    [InlineData("probe: {grpc: {port: 1}, httpGet: {port: 2}}", "readinessProbe:\n  grpc:\n    port: 1")]
    [InlineData("probe: {httpGet: {port: 80, httpHeaders: [{name: X-Probe, value: 'yes'}]}}", "readinessProbe:\n  httpGet:\n    httpHeaders:\n    - name: X-Probe\n      value: \"yes\"\n    port: 80")]
    public void Its_probe_becomes_the_proxys(string probe, string written) =>
        Generated.From(group: $"metadata: {{name: foo}}\nspec:\n  {probe}").Proxy().ShouldBe(written);

    [Fact]
    public void From_the_api_server_no_service_account_stays_none()
    {
        BootConfigurationFiles files = Generated.From(with: i => i with
        {
            WorkloadGroup = WorkloadGroupSource.FromApiServer(new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = "foo", ["namespace"] = "bar" },
                ["spec"] = new JsonObject { ["template"] = new JsonObject { ["ports"] = new JsonObject { ["http"] = 80 } } },
            }),
        });
        files.Variable("SERVICE_ACCOUNT").ShouldBe("''");
        files.Variable("ISTIO_INBOUND_PORTS").ShouldBe("'80'");
    }
}
