using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Reading;
using Onboarding.Client.BootConfiguration;
using Onboarding.Connections;

namespace Onboarding.Client.Identity;

/// <summary>What the boot configuration in force says about the mesh's certificate authority, read as pilot-agent reads it.</summary>
/// <param name="Host">Its name, for which its certificate must be.</param>
/// <param name="Port">Its port.</param>
/// <param name="Address">Its address by the delivered hosts; null: the machine looks the name up.</param>
/// <param name="ClusterId">The cluster that it is told.</param>
/// <param name="Token">The istio-token of now; empty if there is none.</param>
/// <param name="Lifetime">How long a certificate is to be good: what the mesh's administrator gives sidecars (<c>SECRET_TTL</c>), or Istio's default.</param>
/// <param name="Roots">Whom it is trusted by.</param>
/// <param name="RevocationLists">The mesh's revocation lists in DER.</param>
internal sealed record IstiodSettings(
    string Host, int Port, string? Address, string ClusterId, string Token, TimeSpan Lifetime, X509Certificate2Collection Roots, IReadOnlyList<byte[]> RevocationLists)
{
    private const string ListLabel = "X509 CRL";
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);

    /// <summary>Reads them.</summary>
    /// <param name="directory">The boot configuration.</param>
    /// <exception cref="IOException">A file isn't there: another version is being put in force.</exception>
    /// <exception cref="MeshIdentityException">They can't be used.</exception>
    public static IstiodSettings Read(string directory)
    {
        List<string> problems = [];
        Dictionary<string, string> variables = [];
        foreach ((string name, string value) in ClusterEnv.Read(File.ReadAllText(Path.Combine(directory, "cluster.env")), problems))
        {
            variables[name] = value;
        }

        (string host, int port) = AddressIn(variables);
        PemCertificates roots = PemCertificates.Read(File.ReadAllText(Path.Combine(directory, "root-cert.pem")));
        return new IstiodSettings(
            host,
            port,
            AddressOf(File.ReadLines(Path.Combine(directory, "hosts")), host),
            variables.GetValueOrDefault("ISTIO_META_CLUSTER_ID", ""),
            File.ReadAllText(Path.Combine(directory, "istio-token")).Trim(),
            DurationText.TryParse(variables.GetValueOrDefault("SECRET_TTL", ""), out TimeSpan lifetime) && lifetime >= TimeSpan.FromSeconds(1)
                ? lifetime
                : DefaultLifetime,
            roots.Certificates,
            ListsIn(Path.Combine(directory, BootConfigurationStore.RevocationListsName)));
    }

    private static (string Host, int Port) AddressIn(Dictionary<string, string> variables)
    {
        string address = variables.GetValueOrDefault("CA_ADDR")
            ?? variables.GetValueOrDefault("PILOT_ADDRESS")
            ?? $"istiod.{variables.GetValueOrDefault("ISTIO_SYSTEM_NAMESPACE", "istio-system")}.svc:15012";
        int colon = address.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            && Uri.CheckHostName(address[..colon]) is not UriHostNameType.Unknown
            ? (address[..colon], port)
            : throw new MeshIdentityException($"CA_ADDR of the boot configuration isn't host:port: '{address}'");
    }

    private static string? AddressOf(IEnumerable<string> hosts, string name) => hosts
        .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        .FirstOrDefault(fields => fields.Skip(1).Contains(name))?[0];

    private static List<byte[]> ListsIn(string path)
    {
        List<byte[]> lists = [];
        ReadOnlySpan<char> text = File.Exists(path) ? File.ReadAllText(path) : "";
        while (System.Security.Cryptography.PemEncoding.TryFind(text, out System.Security.Cryptography.PemFields fields))
        {
            if (text[fields.Label].SequenceEqual(ListLabel))
            {
                lists.Add(Convert.FromBase64String(text[fields.Base64Data].ToString()));
            }

            text = text[fields.Location.End..];
        }

        return lists;
    }
}
