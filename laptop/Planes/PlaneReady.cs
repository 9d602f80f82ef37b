using System.Text.Json;

namespace Onboarding.Laptop.Planes;

/// <summary>What the endpoint prints, as one line of JSON, when it is ready.</summary>
/// <param name="Endpoint">Where agents connect, e.g. <c>https://localhost:15443</c>.</param>
/// <param name="Kubeconfig">How kubectl reaches its control plane.</param>
/// <param name="CertificateAuthority">What agents verify its certificate with.</param>
/// <param name="Api">Where the Kubernetes API listens.</param>
internal sealed record PlaneReady(Uri Endpoint, string Kubeconfig, string CertificateAuthority, Uri Api)
{
    public static PlaneReady? TryRead(string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            return root.TryGetProperty("ready", out JsonElement ready) && ready.GetBoolean()
                ? new PlaneReady(
                    new Uri(root.GetProperty("endpoint").GetString()!),
                    root.GetProperty("kubeconfig").GetString()!,
                    root.GetProperty("certificateAuthority").GetString()!,
                    new Uri(root.GetProperty("api").GetString()!))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
