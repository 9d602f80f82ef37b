namespace Onboarding.BootConfiguration;

/// <summary>The texts that <see cref="BootConfigurationGenerator"/> makes; root-cert.pem and istio-token are the caller's.</summary>
/// <param name="ClusterEnv">cluster.env: one shell assignment a line.</param>
/// <param name="MeshYaml">mesh.yaml: the proxy's configuration.</param>
/// <param name="Hosts">hosts: one line for /etc/hosts, or nothing where there is no address.</param>
/// <param name="SkippedVariables">
/// Names of <c>proxyMetadata</c> that aren't in cluster.env, as a shell would run them or be steered by them; see <see cref="ClusterEnvStyle.Safe"/>.
/// </param>
public sealed record BootConfigurationFiles(
    string ClusterEnv,
    string MeshYaml,
    string Hosts,
    IReadOnlyList<string> SkippedVariables)
{
    /// <summary>Name of istiod, which hosts gives an address.</summary>
    internal string IstiodHost { get; init; } = "";

    /// <summary>Names of <c>proxyMetadata</c> that no shell variable can have, left out or not.</summary>
    internal IReadOnlyList<string> NamesNoShellTakes { get; init; } = [];
}
