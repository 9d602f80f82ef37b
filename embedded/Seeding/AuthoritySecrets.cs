using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Istio;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Seeding;

/// <summary>
/// The Secrets of <c>istio-system</c> by which operators of Istio manage the mesh's authority. <c>istio-ca-secret</c> shows the self-signed
/// one; deleting it asks for another. <c>cacerts</c> is what an operator plugs in.
/// </summary>
internal sealed partial class AuthoritySecrets(
    ObjectStore store, ObjectService objects, IstioCertificateAuthority authority, ILogger<AuthoritySecrets> logger)
{
    private const string Namespace = "istio-system";
    private const string OwnName = "istio-ca-secret";

    private static readonly ObjectKey OwnKey = ObjectService.Key(CoreKinds.Secret, Namespace, OwnName);
    private static readonly ObjectKey PluggedKey = ObjectService.Key(CoreKinds.Secret, Namespace, "cacerts");
    private static readonly WriteContext Writer = new("v1", "pilot-discovery");

    private bool _shown;

    /// <summary>True if a change of this object may change the authority.</summary>
    public static bool Concern(ObjectKey key) => key == OwnKey || key == PluggedKey;

    /// <summary>What is plugged in.</summary>
    public static PluggedCertificates Plugged(ObjectStore store)
    {
        JsonObject? secret = store.Get(PluggedKey)?.ToJson();
        return new PluggedCertificates
        {
            Certificate = Entry(secret, "ca-cert.pem"),
            Key = Entry(secret, "ca-key.pem"),
            Chain = Entry(secret, "cert-chain.pem"),
            Roots = Entry(secret, "root-cert.pem"),
            RevocationLists = Entry(secret, "ca-crl.pem"),
        };
    }

    /// <summary>Makes the authority what the Secrets say.</summary>
    public async Task FollowAsync()
    {
        if (_shown && store.Get(OwnKey) is null)
        {
            authority.Replace();
            LogReplaced();
        }

        if (authority.Plug(Plugged(store)) is { } reason)
        {
            LogUnusable(reason);
        }

        await ShowAsync();
        _shown = true;
    }

    private static string? Entry(JsonObject? secret, string name)
    {
        if (secret.Text("data", name) is not { } encoded)
        {
            return null;
        }

        byte[] decoded = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, decoded, out int length) ? Encoding.UTF8.GetString(decoded, 0, length) : null;
    }

    /// <summary>Shows the self-signed certificate. Its key stays in its file: reading Secrets doesn't make anybody the authority here.</summary>
    private async Task ShowAsync()
    {
        var data = new JsonObject { ["ca-cert.pem"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.OwnRootPem)) };
        if (store.Get(OwnKey) is null)
        {
            var secret = new JsonObject { ["type"] = "istio.io/ca-root", ["data"] = data };
            secret.Metadata()["name"] = OwnName;
            await objects.CreateAsync(CoreKinds.Secret, Namespace, secret, Writer);
            return;
        }

        await objects.UpdateAsync(
            CoreKinds.Secret,
            Namespace,
            OwnName,
            live =>
            {
                live["data"] = data.DeepClone();
                return live;
            },
            Writer);
    }

    [LoggerMessage(3106, LogLevel.Information, "Replaced the mesh's certificate authority: Secret istio-system/istio-ca-secret was deleted", EventName = "AuthorityReplaced")]
    private partial void LogReplaced();

    [LoggerMessage(3107, LogLevel.Error, "Could not use Secret istio-system/cacerts: {Reason}. The authority stays what it was", EventName = "AuthorityUnusable")]
    private partial void LogUnusable(string reason);
}
