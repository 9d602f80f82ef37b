namespace Onboarding.Client.BootConfiguration;

/// <summary>A boot configuration as texts, without its token: that is nobody's to look at.</summary>
/// <param name="Version">Which one it is.</param>
/// <param name="ClusterEnv">cluster.env.</param>
/// <param name="MeshYaml">mesh.yaml.</param>
/// <param name="RootCertificates">root-cert.pem.</param>
/// <param name="Hosts">hosts.</param>
public sealed record BootFiles(BootVersion Version, string ClusterEnv, string MeshYaml, string RootCertificates, string Hosts);
