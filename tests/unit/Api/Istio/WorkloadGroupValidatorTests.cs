using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Reading;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Istio;

public class WorkloadGroupValidatorTests
{
    [Theory]
    [InlineData("""{"template": {}}""")]
    [InlineData("""{"template": {"ports": {"http": 80}, "labels": {"not a label": "x y"}}, "metadata": {"labels": {"a": "b"}, "annotations": {"c": "d e"}}}""")]
    [InlineData("""{"template": {}, "probe": {"httpGet": {"port": 80, "path": "/", "scheme": "HTTP", "httpHeaders": [{"name": "X_a-1", "value": "v"}]}, "periodSeconds": 5}}""")]
    [InlineData("""{"template": {}, "probe": {"tcpSocket": {"port": 80, "host": "h"}, "failureThreshold": 0}}""")]
    [InlineData("""{"template": {}, "probe": {"exec": {"command": ["a"]}}}""")]
    [InlineData("""{"template": {}, "probe": {"grpc": {}}}""")]
    [InlineData("""{"template": {}, "probe": {"grpc": {"port": 80, "service": "s"}}}""")]
    [InlineData("""{"template": {}, "probe": {"httpGet": {"port": 80, "scheme": ""}}}""")]
    public void Good_groups_pass(string spec) => Errors(spec).ShouldBeEmpty();

    [Theory]
    [InlineData("{}", "spec.template: Required value")]
    [InlineData("""{"template": "x"}""", "spec.template: Invalid value: must be an object, not the text \"x\"")]
    [InlineData("""{"template": {"address": "unix:///x/"}}""", "spec.template.address: Invalid value: UDS may not be a dir")]
    [InlineData("""{"template": {"address": "unix:///x", "ports": {"a": 1}}}""", "spec.template: Invalid value: UDS may not include ports")]
    [InlineData("""{"template": {"ports": {"a": 70000}}}""", "spec.template.ports[a]: Invalid value: port must be between 1-65535")]
    [InlineData("""{"template": {}, "metadata": {"labels": {"a b": "c"}}}""", "spec.metadata.labels[a b]: Invalid value: must be a label key")]
    [InlineData("""{"template": {}, "probe": {}}""", "spec.probe: Required value: needs one of: httpGet, tcpSocket, exec, grpc")]
    [InlineData("""{"template": {}, "probe": {"httpGet": {"port": 1}, "exec": {"command": ["a"]}}}""", "spec.probe.exec: Invalid value: can't be set together with httpGet: choose one")]
    [InlineData("""{"template": {}, "probe": {"httpGet": {}}}""", "spec.probe.httpGet.port: Required value")]
    [InlineData("""{"template": {}, "probe": {"httpGet": {"port": 0}}}""", "spec.probe.httpGet.port: Invalid value: port must be between 1-65535")]
    [InlineData("""{"template": {}, "probe": {"httpGet": {"port": 1, "scheme": "http"}}}""", "spec.probe.httpGet.scheme: Invalid value: scheme must be one of [HTTP, HTTPS]")]
    [InlineData("""{"template": {}, "probe": {"httpGet": {"port": 1, "httpHeaders": [{"name": "a b"}]}}}""", "spec.probe.httpGet.httpHeaders[0].name: Invalid value: should match '^[-_A-Za-z0-9]+$'")]
    [InlineData("""{"template": {}, "probe": {"tcpSocket": {}}}""", "spec.probe.tcpSocket.port: Required value")]
    [InlineData("""{"template": {}, "probe": {"tcpSocket": {"port": 65536}}}""", "spec.probe.tcpSocket.port: Invalid value: port must be between 1-65535")]
    [InlineData("""{"template": {}, "probe": {"exec": {}}}""", "spec.probe.exec.command: Required value")]
    [InlineData("""{"template": {}, "probe": {"exec": {"command": []}}}""", "spec.probe.exec.command: Required value")]
    [InlineData("""{"template": {}, "probe": {"exec": {"command": [""]}}}""", "spec.probe.exec.command[0]: Invalid value: must not be empty")]
    [InlineData("""{"template": {}, "probe": {"grpc": {"port": 65536}}}""", "spec.probe.grpc.port: Invalid value: port must be between 1-65535")]
    [InlineData("""{"template": {}, "probe": {"exec": {"command": ["a"]}, "periodSeconds": -1}}""", "spec.probe.periodSeconds: Invalid value: must be from 0 to 2147483647")]
    [InlineData("""{"template": {}, "probe": {"exec": {"command": ["a"]}, "timeoutSeconds": 2147483648}}""", "spec.probe.timeoutSeconds: Invalid value: must be from 0 to 2147483647")]
    public void Bad_groups_are_refused_for_their_reason(string spec, string reason) =>
        Errors(spec).ShouldContain(error => error.StartsWith(reason, StringComparison.Ordinal), string.Join('\n', Errors(spec)));

    [Fact]
    public void A_group_without_spec_is_refused() =>
        WorkloadGroupValidator.Validate([]).ShouldHaveSingleItem().ToKubernetesText().ShouldBe("spec: Required value");

    private static string[] Errors(string spec) =>
        [.. WorkloadGroupValidator.Validate(new JsonObject { ["spec"] = JsonNode.Parse(spec) })
            .Where(problem => problem.Severity == ProblemSeverity.Error)
            .Select(problem => problem.ToKubernetesText())];
}
