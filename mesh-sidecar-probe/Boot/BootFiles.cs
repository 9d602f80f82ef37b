namespace Onboarding.SidecarProbe.Boot;

/// <summary>Names of the files in a boot directory.</summary>
internal static class BootFiles
{
    public const string ClusterEnv = "cluster.env";
    public const string MeshYaml = "mesh.yaml";
    public const string RootCertificate = "root-cert.pem";
    public const string Token = "istio-token";
    public const string Hosts = "hosts";
}
