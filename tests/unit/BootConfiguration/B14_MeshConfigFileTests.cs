using System.Text;
using Onboarding.BootConfiguration;
using Onboarding.BootConfiguration.Rendering;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>What people have a mesh configuration in.</summary>
public sealed class B14_MeshConfigFileTests
{
    private const string Mesh = "trustDomain: corp.example\ndefaultConfig:\n  discoveryAddress: istiod.istio-system.svc:15012\n";

    [Theory]
    [InlineData(Mesh)]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: istio\ndata:\n  mesh: |\n    trustDomain: corp.example\n  meshNetworks: 'networks: {}'\n")]
    [InlineData("""{"apiVersion": "v1", "kind": "ConfigMap", "data": {"mesh": "trustDomain: corp.example"}}""")]
    public void It_is_taken_out_of_the_ConfigMap(string text) =>
        MeshConfiguration.TrustDomain(Read(text)).ShouldBe("corp.example");

    [Theory]
    [InlineData("apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  meshConfig:\n    trustDomain: corp.example\n", "IstioOperator")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: istio-sidecar-injector\ndata:\n  values: '{}'\n", "istio-sidecar-injector has no data.mesh")]
    [InlineData("apiVersion: networking.istio.io/v1\nkind: WorkloadGroup\nmetadata:\n  name: ratings\n", "WorkloadGroup")]
    [InlineData("apiVersion: v1\nkind: List\nitems: []\n", "List")]
    [InlineData("meshConfig:\n  trustDomain: corp.example\n", "'meshConfig' as Helm values do")]
    [InlineData("global:\n  meshID: mesh1\n", "'global' as Helm values do")]
    [InlineData("", "holds nothing")]
    [InlineData("# nothing\n", "holds nothing")]
    public void Anything_else_is_refused_by_its_name(string text, string why)
    {
        RenderException refused = Should.Throw<RenderException>(() => Read(text));

        refused.ErrorId.ShouldBe(RenderErrorIds.InputInvalid);
        refused.Message.ShouldContain(why);
        refused.NextStep.ShouldContain("kubectl -n istio-system get configmap istio -o yaml");
    }

    private static YamlText Read(string text) => MeshConfigFile.Read(new YamlText(Encoding.UTF8.GetBytes(text)), "mesh.yaml");
}
