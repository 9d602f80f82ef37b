using System.Text.Json.Nodes;
using Onboarding.BootConfiguration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

public sealed class IstioConformanceTests
{
    public static TheoryData<string> Recorded => [.. RecordedCase.All];

    public static TheoryData<string> Golden => [.. IstioData.DirectoriesWith("upstream-vmconfig", "cluster.env.golden")];

    public static IEnumerable<object[]> Pairs => JsonNode.Parse(IstioData.Text("quote-pairs.json"))!.AsArray()
        .Select(p => new object[] { p![0]!.GetValue<string>(), p[1]!.GetValue<string>() });

    [Theory]
    [MemberData(nameof(Golden))]
    public void Equals_istios_own_golden_files(string directory)
    {
        BootConfigurationFiles files = BootConfigurationGenerator.Generate(new BootConfigurationInputs
        {
            WorkloadGroup = WorkloadGroupSource.FromFile(IstioData.Text(directory, "workloadgroup.yaml")),
            MeshConfig = IstioData.Text(directory, "meshconfig.yaml"),
            ClusterId = "Kubernetes",
            Revision = "rev-1",
            InternalIP = "10.10.10.10",
            IngressIP = "10.10.10.11",
            ClusterEnvStyle = ClusterEnvStyle.AsIstio,
        });

        files.ClusterEnv.ShouldBe(IstioData.Text(directory, "cluster.env.golden"));
        files.MeshYaml.ShouldBe(IstioData.Text(directory, "mesh.yaml.golden"));
        files.Hosts.ShouldBe(IstioData.Text(directory, "hosts.golden"));
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Equals_what_istio_made_of_the_same_inputs(string directory)
    {
        JsonNode given = RecordedCase.Read(directory);
        string error = given["error"]?.GetValue<string>() ?? "";
        if (given["exit"]?.GetValue<int>() is not (null or 0) && !error.StartsWith("panic", StringComparison.Ordinal))
        {
            Should.Throw<BootConfigurationException>(() => Generate(directory, given));
            return;
        }

        BootConfigurationFiles files = Generate(directory, given);
        if (error.Length > 0)
        {
            files.ClusterEnv.ShouldContain("ISTIO_SERVICE=", customMessage: "where Istio crashes there are files all the same");
            files.MeshYaml.ShouldStartWith("defaultConfig:");
            return;
        }

        RecordedCase.Compare(given, directory, files.ClusterEnv, files.MeshYaml);
        given["ingressIP"].ShouldBeNull("istioctl was given no address for istiod, so it wrote no hosts");
        files.Hosts.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Quotes_like_istio(string value, string quoted) => ClusterEnvOf(value).ShouldBe($"X={quoted}\n");

    private static BootConfigurationFiles Generate(string directory, JsonNode given)
    {
        string group = IstioData.Text(directory, "workloadgroup.yaml");
        return BootConfigurationGenerator.Generate(new BootConfigurationInputs
        {
            WorkloadGroup = Text(given, "groupFrom") == "apiserver"
                ? WorkloadGroupSource.FromApiServer(group)
                : WorkloadGroupSource.FromFile(group),
            MeshConfig = IstioData.Text(directory, "meshconfig.yaml"),
            ClusterId = Text(given, "clusterID"),
            Revision = Text(given, "revision"),
            IstioNamespace = Text(given, "istioNamespace"),
            InternalIP = Text(given, "internalIP"),
            ExternalIP = Text(given, "externalIP"),
            AutoRegister = given["autoregister"]!.GetValue<bool>(),
            CaptureDns = given["captureDns"]!.GetValue<bool>(),
            ClusterEnvStyle = ClusterEnvStyle.AsIstio,
        });
    }

    private static string ClusterEnvOf(string value)
    {
        BootConfigurationFiles files = BootConfigurationGenerator.Generate(new BootConfigurationInputs
        {
            WorkloadGroup = WorkloadGroupSource.FromFile(""),
            ClusterEnvStyle = ClusterEnvStyle.AsIstio,
            MeshConfig = new JsonObject { ["defaultConfig"] = new JsonObject { ["proxyMetadata"] = new JsonObject { ["X"] = value } } }
                .ToJsonString(),
        });
        int start = files.ClusterEnv.IndexOf("\nX=", StringComparison.Ordinal) + 1;
        return files.ClusterEnv[start..];
    }

    private static string Text(JsonNode given, string name) => given[name]?.GetValue<string>() ?? "";
}
