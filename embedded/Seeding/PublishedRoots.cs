using System.Text;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Serving;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Seeding;

/// <summary>
/// The roots that istiod publishes: its own, and those of Secret <c>istio-system/cacerts</c>, where operators of Istio put the next
/// root before they rotate to it. So a rotation can be rehearsed here.
/// </summary>
internal static class PublishedRoots
{
    public static ObjectKey Source { get; } = ObjectService.Key(CoreKinds.Secret, "istio-system", "cacerts");

    public static string Of(ObjectStore store, string own)
    {
        if (store.Get(Source)?.ToJson() is not { } secret || secret.Text("data", "root-cert.pem") is not { } encoded)
        {
            return own;
        }

        byte[] decoded = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, decoded, out int length)
            ? own.TrimEnd('\n') + "\n" + Encoding.UTF8.GetString(decoded, 0, length)
            : own;
    }
}
