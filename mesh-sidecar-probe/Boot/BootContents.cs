using System.Text.Json.Nodes;

namespace Onboarding.SidecarProbe.Boot;

/// <summary>A boot directory's contents, read but not judged.</summary>
/// <param name="Directory">Where they are.</param>
/// <param name="Variables">cluster.env as a shell understands it.</param>
/// <param name="Mesh">mesh.yaml.</param>
/// <param name="RootCertificates">root-cert.pem.</param>
/// <param name="Token">istio-token, without surrounding white space.</param>
/// <param name="Hosts">hosts.</param>
/// <param name="Now">When they were read.</param>
internal sealed record BootContents(
    string Directory,
    IReadOnlyDictionary<string, string> Variables,
    JsonObject Mesh,
    string RootCertificates,
    string Token,
    HostsTable Hosts,
    DateTimeOffset Now)
{
    /// <summary>ca-crl.pem; null where the authority has no revocation lists.</summary>
    public string? RevocationLists { get; init; }

    /// <summary>A variable; null where cluster.env doesn't set it.</summary>
    public string? this[string variable] => Variables.GetValueOrDefault(variable);

    public JsonObject? ProxyConfig => Mesh["defaultConfig"] as JsonObject;

    public string? DiscoveryAddress => (ProxyConfig?["discoveryAddress"] as JsonValue)?.TryGetValue(out string? text) == true ? text : null;

    /// <summary>
    /// Where certificates come from, by the rule of Istio's start script. cluster.env without a revision has no CA_ADDR.
    /// </summary>
    public string CertificateAddress => this switch
    {
        _ when this["CA_ADDR"] is { Length: > 0 } given => given,
        _ when this["PILOT_ADDRESS"] is { Length: > 0 } given => given,
        _ => $"istiod.{this["ISTIO_SYSTEM_NAMESPACE"] ?? "istio-system"}.svc:{this["ISTIO_PILOT_PORT"] ?? "15012"}",
    };
}

/// <summary>Names of the files in a boot directory.</summary>
internal static class BootFileNames
{
    public const string ClusterEnv = "cluster.env";
    public const string MeshYaml = "mesh.yaml";
    public const string RootCertificate = "root-cert.pem";
    public const string RevocationLists = "ca-crl.pem";
    public const string Token = "istio-token";
    public const string Hosts = "hosts";
}
