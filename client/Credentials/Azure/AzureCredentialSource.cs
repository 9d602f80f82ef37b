using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Configuration;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Credentials.Azure;

/// <summary>
/// An Azure virtual machine: its attested document, made for this challenge and this agent's key, and a token of its managed identity
/// if one is configured.
/// </summary>
internal sealed class AzureCredentialSource(PlatformEnvironment environment, AzureSource settings, TimeProvider time) : ICredentialSource
{
    private const string DocumentPath = "metadata/attested/document?api-version=2021-02-01&nonce=";
    private const string TokenPath = "metadata/identity/oauth2/token?api-version=2018-02-01&resource=";

    // A challenge is good for two minutes, and with it the document.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "Azure metadata";

    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<AzureCredential>(request, "virtual machines of Azure", "spec.workloads.authentication.azure");
        using var metadata = new MetadataClient(
            "Azure's metadata service", $"curl -s --noproxy '*' -H Metadata:true '{environment.AzureMetadata}metadata/instance?api-version=2021-02-01'", environment.MetadataPatience ?? Patience);
        var credential = new AzureCredential { AttestedDocument = await GetDocumentAsync(metadata, request, cancellationToken) };
        if (settings.Resource is { } resource)
        {
            credential.IdentityToken = await GetTokenAsync(metadata, resource, cancellationToken);
        }

        return new Credential(Any.Pack(credential), time.GetUtcNow() + Life, Name);
    }

    private async Task<ByteString> GetDocumentAsync(MetadataClient metadata, CredentialRequest request, CancellationToken cancellationToken)
    {
        string nonce = Statements.PlatformNonce(request.Challenge.Span, request.Audience, request.Key.Thumbprint);
        using HttpRequestMessage question = Question(DocumentPath + nonce);
        string answer = await metadata.AskAsync(question, cancellationToken);
        try
        {
            using JsonDocument json = JsonDocument.Parse(answer);
            if (Text(json.RootElement, "encoding") == "pkcs7" && Text(json.RootElement, "signature") is { } signature)
            {
                return ByteString.CopyFrom(Convert.FromBase64String(signature));
            }
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            // Told below, like any other answer that isn't a document.
        }

        throw metadata.Refused(question, "its answer isn't an attested document (encoding pkcs7, signature)", $"curl -s -H Metadata:true '{question.RequestUri}'");
    }

    private async Task<string> GetTokenAsync(MetadataClient metadata, string resource, CancellationToken cancellationToken)
    {
        string which = settings.ClientId is { } id ? "&client_id=" + Uri.EscapeDataString(id) : "";
        using HttpRequestMessage question = Question(TokenPath + Uri.EscapeDataString(resource) + which);
        string next = $"az vm identity show; and see that the application {resource} exists in the tenant";
        using HttpResponseMessage response = await metadata.SendAsync(question, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            // 400 "Identity not found": the machine has none, or several and none is chosen.
            throw metadata.Refused(question, $"it answered {(int)response.StatusCode}: the machine has no managed identity, or several and azure.clientId isn't set", next);
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            if (Text(json.RootElement, "access_token") is { } token && TokenLife.ExpiresAt(token) is not null)
            {
                return token;
            }
        }
        catch (JsonException)
        {
            // Told below, like any other answer without a token.
        }

        throw metadata.Refused(question, "its answer has no token", next);
    }

    private HttpRequestMessage Question(string path)
    {
        var question = new HttpRequestMessage(HttpMethod.Get, new Uri(environment.AzureMetadata, path));
        question.Headers.Add("Metadata", "true");
        return question;
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
