using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.BootConfiguration;
using Onboarding.Endpoint.BootConfiguration;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>A boot configuration that is filled in is the one that would have been made for the member.</summary>
public sealed class BootTemplatesTests
{
    private static readonly YamlText Mesh = YamlText.FromString("defaultConfig: {discoveryAddress: istiod.istio-system.svc:15012}\n");
    private readonly BootTemplates _templates = new();
    private int _made;

    [Theory]
    [InlineData("ratings-jwt-corp--vm-1", "10.0.0.1")]
    [InlineData("ratings-aws-aws-1234-eu-west-1a-ec2-i-0abc", "192.168.255.254")]
    [InlineData("a-b", "10.0.0.1")]
    [InlineData("ratings-1", "10.0.0.1")]
    [InlineData("2001-01-01", "10.0.0.1")]
    [InlineData("0x1f", "10.0.0.1")]
    [InlineData("1e5", "10.0.0.1")]
    [InlineData("true", "10.0.0.1")]
    [InlineData("null", "10.0.0.1")]
    [InlineData("a.b", "10.0.0.1")]
    [InlineData("ratings-jwt-corp--vm-1", "2001:db8::1")]
    [InlineData("ratings-jwt-corp--vm-1", "::1")]
    public void It_is_what_the_generator_makes(string name, string address)
    {
        foreach (bool isExternal in (bool[])[false, true])
        {
            BootSources sources = Sources(Group("v1"));
            BootConfigurationFiles warm = Make(sources, "ratings-other-x", "10.9.9.9", isExternal);
            BootConfigurationFiles files = Make(sources, name, address, isExternal);
            BootConfigurationFiles wanted = Generate(sources, name, address, isExternal);

            (files.ClusterEnv, files.MeshYaml, files.Hosts).ShouldBe((wanted.ClusterEnv, wanted.MeshYaml, wanted.Hosts));
            files.SkippedVariables.ShouldBe(wanted.SkippedVariables);
            files.ClusterEnv.ShouldContain(name);
            warm.ClusterEnv.ShouldNotContain(address == "10.0.0.1" ? "10.0.0.1" : address);
        }
    }

    [Fact]
    public void It_is_made_once_for_all_members_and_again_when_something_has_changed()
    {
        BootSources sources = Sources(Group("v1"));
        for (int i = 0; i < 100; i++)
        {
            Make(sources with { Route = new GatewayRoute(["192.0.2.1"], 15012) }, $"ratings-vm-{i}x", $"10.0.0.{i}", isExternal: false);
        }

        _made.ShouldBe(1);
        Make(sources with { Group = Group("v1") }, "ratings-vm-x", "10.0.0.1", isExternal: false).ShouldNotBeNull();
        _made.ShouldBe(2, "another group object");
        Make(sources with { MeshConfig = YamlText.FromString("{}") }, "ratings-vm-x", "10.0.0.1", isExternal: false);
        Make(sources with { Route = new GatewayRoute(["192.0.2.2"], 15012) }, "ratings-vm-x", "10.0.0.1", isExternal: false);
        Make(sources with { ClusterId = "other" }, "ratings-vm-x", "10.0.0.1", isExternal: false);
        Make(sources with { Network = "other" }, "ratings-vm-x", "10.0.0.1", isExternal: false).ClusterEnv.ShouldContain("other");
        _made.ShouldBe(6);
    }

    private BootConfigurationFiles Make(BootSources sources, string name, string address, bool isExternal) =>
        _templates.Make(sources, sources.Group, name, address, isExternal, (n, a) =>
        {
            _made++;
            return Generate(sources, n, a, isExternal);
        });

    private static BootConfigurationFiles Generate(BootSources sources, string name, string address, bool isExternal) =>
        BootConfigurationSource.Generate(sources, name, isExternal ? "" : address, isExternal ? address : "");

    private static BootSources Sources(WorkloadGroup group) =>
        new(group, Mesh, "Kubernetes", "", "istio-system", "network1", new GatewayRoute(["192.0.2.1"], 15012));

    private static WorkloadGroup Group(string version) => WorkloadGroup.FromJson((JsonObject)JsonNode.Parse($$$"""
        {"apiVersion": "networking.istio.io/v1", "kind": "WorkloadGroup",
         "metadata": {"name": "ratings", "namespace": "bookinfo", "labels": {"app": "ratings"}},
         "spec": {"metadata": {"labels": {"app": "ratings", "version": "{{{version}}}"}},
                  "template": {"ports": {"http": 9080}, "serviceAccount": "bookinfo-ratings", "locality": "eu/west/1"} } }
        """)!);
}
