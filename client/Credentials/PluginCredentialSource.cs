using System.Text.Json.Nodes;
using Onboarding.Api.Configuration;

namespace Onboarding.Client.Credentials;

/// <summary>A credential plugin.</summary>
internal sealed class PluginCredentialSource(PluginConfiguration plugin, PluginRunner runner) : ICredentialSource
{
    /// <summary>The service credential plugins offer.</summary>
    public const string Service = "tetrateio.api.onboarding.private.component.agent.plugin.credential.v1alpha1.CredentialPlugin";

    /// <summary>Its method.</summary>
    public const string Method = "GetCredential";

    public string Name => $"plugin '{plugin.Name}'";

    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        JsonObject answer = await runner.CallAsync(
            plugin, Service, Method, new JsonObject { ["audience"] = request.Audience }, cancellationToken);
        JsonObject credential = PluginAnswer.Object(plugin.Name, answer, "credential", "credential");
        DateTimeOffset expiresAt = PluginAnswer.Time(plugin.Name, answer, "expiresAt", "expiresAt");
        return new Credential(PluginCredentials.Read(plugin.Name, credential), expiresAt, Name);
    }
}
