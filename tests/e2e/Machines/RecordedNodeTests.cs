using System.Text.Json.Nodes;
using Google.Protobuf;
using Onboarding.Testing;
using Onboarding.Tests.IstioPackage;
using Onboarding.Tests.IstioPackage.Proxy;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

public sealed class RecordedNodeTests
{
    [Fact]
    public void The_stand_in_tells_istiod_of_itself_what_pilot_agent_was_seen_to_tell()
    {
        JsonObject recorded = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/e2e/Machines/Recorded/node.json")))!.AsObject();
        JsonObject config = recorded["metadata"]!["PROXY_CONFIG"]!.AsObject();
        Dictionary<string, string> variables = config["proxyMetadata"]!.AsObject().ToDictionary(v => v.Key, v => v.Value!.GetValue<string>());
        variables["INSTANCE_IP"] = "10.200.0.2";
        variables["POD_NAME"] = "vm";
        var settings = new ProxySettings
        {
            Variables = variables,
            ProxyConfig = ProxySettings.Effective(
                new JsonObject
                {
                    ["defaultConfig"] = new JsonObject
                    {
                        ["proxyMetadata"] = config["proxyMetadata"]!.DeepClone(),
                        ["readinessProbe"] = config["readinessProbe"]!.DeepClone(),
                    },
                }.ToJsonString(),
                "serviceCluster: ratings.bookinfo"),
        };
        recorded["metadata"]!["ISTIO_VERSION"] = VersionCommand.Version;

        // Which services' traffic it is for is no part of the recording's first lines.
        JsonObject node = JsonNode.Parse(JsonFormatter.Default.Format(ProxyNode.Create(settings)))!.AsObject();
        node.Remove("cluster");
        JsonNode.DeepEquals(node, recorded).ShouldBeTrue(node.ToJsonString());
    }
}
