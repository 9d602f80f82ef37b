using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Onboarding.Tests.IstioPackage.Proxy;

namespace Onboarding.Tests.IstioPackage.Envoy;

/// <summary>The certificate that Envoy holds, as its admin port tells it: only what came over pilot-agent's socket.</summary>
internal static class EnvoyCertificates
{
    public static async Task<string> DescribeAsync()
    {
        var certificates = new JsonArray();
        if (await ReadAsync() is { Length: > 0 } pem)
        {
            using X509Certificate2 leaf = X509Certificate2.CreateFromPem(pem);
            string? uri = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SingleOrDefault()?.Format(false).Replace("URI:", "", StringComparison.Ordinal);
            certificates.Add(new JsonObject
            {
                ["ca_cert"] = new JsonArray(),
                ["cert_chain"] = new JsonArray(new JsonObject
                {
                    ["path"] = "<inline>",
                    ["serial_number"] = leaf.SerialNumber.ToLowerInvariant(),
                    ["subject_alt_names"] = new JsonArray(new JsonObject { ["uri"] = uri }),
                    ["valid_from"] = Text(leaf.NotBefore),
                    ["expiration_time"] = Text(leaf.NotAfter),
                }),
            });
        }

        return new JsonObject { ["certificates"] = certificates }.ToJsonString();
    }

    private static async Task<string> ReadAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SecretsServer.SocketPath));
            using var reader = new StreamReader(new NetworkStream(socket));
            return await reader.ReadToEndAsync();
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return "";
        }
    }

    private static string Text(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
