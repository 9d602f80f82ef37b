using System.Text.Json.Nodes;
using Onboarding.Embedded.Istio;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;

namespace Onboarding.Embedded.Seeding;

/// <summary>
/// What every namespace has: its default service account, the mesh's root certificates, by which sidecars know istiod, and the
/// revocation lists of its authority.
/// </summary>
internal static class NamespaceContents
{
    public static IEnumerable<(Kind Kind, JsonObject Value)> Create(IstioCertificateAuthority authority)
    {
        var account = new JsonObject();
        account.Metadata()["name"] = "default";
        yield return (CoreKinds.ServiceAccount, account);
        yield return (CoreKinds.ConfigMap, Published("istio-ca-root-cert", "root-cert.pem", authority.RootPem));
        yield return (CoreKinds.ConfigMap, Published("istio-ca-crl", "ca-crl.pem", authority.RevocationListPem));
    }

    private static JsonObject Published(string name, string key, string pem)
    {
        var map = new JsonObject { ["data"] = new JsonObject { [key] = pem } };
        map.Metadata()["name"] = name;
        map.Metadata()["labels"] = new JsonObject { ["istio.io/config"] = "true" };
        return map;
    }
}
