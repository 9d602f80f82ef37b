using Onboarding.BootConfiguration;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Fuzz;

/// <summary>YAML that anyone who may edit a WorkloadGroup or a mesh configuration has the plane read.</summary>
public sealed class BootConfigurationFuzzTests
{
    private static readonly byte[][] Seeds =
    [
        "defaultConfig:\n  proxyMetadata: &m\n    A: |-\n      b\n       c\n    'D': \"e\\u00e9\\\n      f\"\n  tracing: {sampling: 5.5, customTags: {a: {literal: {value: b}}}}\nx: *m\n"u8.ToArray(),
        "%YAML 1.1\n%TAG !s! tag:yaml.org,2002:\n---\n? !s!str defaultConfig\n: {proxyMetadata: {<<: [{a: b}], c: !!binary aGk=}, drainDuration: 1h30m}\n...\n"u8.ToArray(),
        "apiVersion: networking.istio.io/v1\nkind: WorkloadGroup\nmetadata:\n  name: g\n  annotations:\n    proxy.istio.io/config: >\n      concurrency: 2\nspec:\n  template:\n    ports: {http: 80}\n  probe:\n    exec:\n      command:\n      - a\n      - b c\n"u8.ToArray(),
    ];

    [Fact]
    public void A_mesh_configuration_makes_files_or_is_refused() => new Fuzzer(Seeds).Run<BootConfigurationException>(input => Generate(
        "metadata: {name: g, namespace: n}", new YamlText(input)));

    [Fact]
    public void A_group_makes_files_or_is_refused() => new Fuzzer(Seeds).Run<BootConfigurationException>(input => Generate(
        new YamlText(input), ""));

    private static void Generate(YamlText group, YamlText mesh)
    {
        BootConfigurationFiles files = BootConfigurationGenerator.Generate(new BootConfigurationInputs
        {
            WorkloadGroup = WorkloadGroupSource.FromFile(group),
            MeshConfig = mesh,
        });
        MeshYaml.Read(files.MeshYaml).ShouldContainKey("defaultConfig", "what was written can be read");
        files.ClusterEnv.ShouldEndWith("\n");
    }
}
