using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;

namespace Onboarding.Embedded.Seeding;

/// <summary>What every namespace has: its default service account, and the mesh's root certificate, by which sidecars know istiod.</summary>
internal static class NamespaceContents
{
    public static IEnumerable<(Kind Kind, JsonObject Value)> Of(string rootCertificatePem)
    {
        var account = new JsonObject();
        account.Metadata()["name"] = "default";
        yield return (CoreKinds.ServiceAccount, account);

        var certificate = new JsonObject { ["data"] = new JsonObject { ["root-cert.pem"] = rootCertificatePem } };
        certificate.Metadata()["name"] = "istio-ca-root-cert";
        certificate.Metadata()["labels"] = new JsonObject { ["istio.io/config"] = "true" };
        yield return (CoreKinds.ConfigMap, certificate);
    }
}
