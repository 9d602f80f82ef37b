using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials;

/// <summary>
/// The credential types a plugin may answer with, by <c>@type</c>, and how each is read. A closed table: what isn't in it is an
/// error that names it, never something passed on unread.
/// </summary>
internal static class PluginCredentials
{
    // The part after the last '/', as in every Any; which names are aliases is in docs/reference/names.md.
    private static readonly Dictionary<string, Func<string, JsonObject, Any>> Table = new(StringComparer.Ordinal)
    {
        ["onboarding.v1alpha1.JwtCredential"] = ReadJwt,
        ["onboarding.v1alpha1.GcpCredential"] = (plugin, credential) => Any.Pack(new GcpCredential { Token = ReadToken(plugin, credential) }),
        ["onboarding.v1alpha1.KubernetesCredential"] = (plugin, credential) => Any.Pack(new KubernetesCredential { Token = ReadToken(plugin, credential) }),
        ["onboarding.v1alpha1.SpiffeJwtCredential"] = (plugin, credential) => Any.Pack(new SpiffeJwtCredential { Token = ReadToken(plugin, credential) }),
        ["onboarding.v1alpha1.JoinTokenCredential"] = (plugin, credential) =>
            Any.Pack(new JoinTokenCredential { Token = PluginAnswer.Text(plugin, credential, "token", "credential.token").Trim() }),
        ["tetrateio.api.onboarding.private.component.agent.plugin.credential.v1alpha1.JwtCredential"] = ReadJwt,
        ["tetrateio.api.onboarding.private.types.credential.v1alpha1.JwtCredential"] = ReadJwt,
    };

    /// <summary>Reads the <c>credential</c> of a plugin's answer.</summary>
    public static Any Read(string plugin, JsonObject credential)
    {
        string type = PluginAnswer.Text(plugin, credential, "@type", "credential.@type");
        string name = type[(type.LastIndexOf('/') + 1)..];
        return Table.TryGetValue(name, out Func<string, JsonObject, Any>? read)
            ? read(plugin, credential)
            : throw new OnboardingException(
                ErrorIds.PluginCredentialUnknown,
                $"Plugin '{plugin}' gave a credential of unknown @type '{Printable(type)}'; known are {string.Join(", ", Table.Keys)}.",
                "correct the plugin, or install an agent that knows the type: onboarding-agent version");
    }

    private static Any ReadJwt(string plugin, JsonObject credential)
    {
        // Plugins in the field call the field by either name.
        string field = PluginAnswer.Find(credential, "token") is null && PluginAnswer.Find(credential, "jwt") is not null ? "jwt" : "token";
        return Any.Pack(new JwtCredential { Token = ReadToken(plugin, credential, field) });
    }

    private static string ReadToken(string plugin, JsonObject credential, string field = "token")
    {
        string token = PluginAnswer.Text(plugin, credential, field, $"credential.{field}").Trim();
        return token.Count(c => c == '.') == 2
            ? token
            : throw PluginAnswer.Invalid(plugin, $"credential.{field} isn't a JWT in compact form (three parts joined by dots)");
    }

    private static string Printable(string text) =>
        string.Concat(text.Take(200).Select(c => ForeignText.IsInstruction(c) ? ForeignText.Replacement : c));
}
