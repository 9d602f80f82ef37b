using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary>What <c>pilot-agent proxy</c> is told by its environment and by the mesh file; paths are relative, as Istio's are.</summary>
internal sealed record ProxySettings
{
    public const string Token = "./var/run/secrets/tokens/istio-token";
    public const string SecretsDirectory = "./var/run/secrets/workload-spiffe-uds";
    private const string MeshFile = "./etc/istio/config/mesh";

    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public required JsonObject ProxyConfig { get; init; }

    /// <summary>Certificate, key and roots that it starts with, and what it authenticates with as long as they are good.</summary>
    public string ProvisionedCertificates => this["PROV_CERT"];

    /// <summary>Where it writes what it was issued; empty for nowhere.</summary>
    public string OutputCertificates => this["OUTPUT_CERTS"];

    public string CertificateAddress => this["CA_ADDR"];

    public string DiscoveryAddress => Text("discoveryAddress");

    public string ClusterId => this["ISTIO_META_CLUSTER_ID"];

    public string Namespace => this["POD_NAMESPACE"];

    public string Identity => $"spiffe://{this["TRUST_DOMAIN"]}/ns/{Namespace}/sa/{this["SERVICE_ACCOUNT"]}";

    public bool CapturesNames => this["ISTIO_META_DNS_CAPTURE"] == "true";

    public TimeSpan CertificateLife => Duration(this["SECRET_TTL"]) ?? TimeSpan.FromHours(24);

    public TimeSpan Drain => Duration(Text("terminationDrainDuration"))!.Value;

    /// <summary>A variable; empty where it isn't set.</summary>
    public string this[string variable] => Variables.GetValueOrDefault(variable, "");

    public static ProxySettings Read() => new()
    {
        Variables = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!),
        ProxyConfig = Effective(
            File.Exists(MeshFile) ? File.ReadAllText(MeshFile) : "", Environment.GetEnvironmentVariable("PROXY_CONFIG") ?? ""),
    };

    /// <summary>pilot-agent's own settings, over them the mesh file's, over those the environment's.</summary>
    internal static JsonObject Effective(string mesh, string environment)
    {
        JsonObject effective = new()
        {
            ["binaryPath"] = "/usr/local/bin/envoy",
            ["configPath"] = "./etc/istio/proxy",
            ["controlPlaneAuthPolicy"] = "MUTUAL_TLS",
            ["discoveryAddress"] = "istiod.istio-system.svc:15012",
            ["drainDuration"] = "45s",
            ["proxyAdminPort"] = 15000,
            ["serviceCluster"] = "istio-proxy",
            ["statNameLength"] = 189,
            ["statusPort"] = 15020,
            ["terminationDrainDuration"] = "5s",
        };
        JsonObject? file = mesh.Trim().Length > 0 ? MeshYaml.Read(mesh)["defaultConfig"] as JsonObject : null;
        JsonObject? given = environment.Trim().Length > 0 ? MeshYaml.Read(environment) : null;
        foreach ((string name, JsonNode? value) in (file ?? []).Concat(given ?? []))
        {
            effective[name] = value?.DeepClone();
        }

        return effective;
    }

    private string Text(string field) => ProxyConfig[field]!.GetValue<string>();

    private static TimeSpan? Duration(string text) => text.Length == 0 ? null : text[^1] switch
    {
        's' => TimeSpan.FromSeconds(double.Parse(text[..^1], CultureInfo.InvariantCulture)),
        'm' => TimeSpan.FromMinutes(double.Parse(text[..^1], CultureInfo.InvariantCulture)),
        'h' => TimeSpan.FromHours(double.Parse(text[..^1], CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"'{text}' is no duration."),
    };
}
