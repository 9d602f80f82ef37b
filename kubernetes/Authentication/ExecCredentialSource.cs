using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Onboarding.Kubernetes.Authentication;

/// <summary>Credentials made by a program, kept until they expire or the server refuses them.</summary>
internal sealed partial class ExecCredentialSource(
    ExecCredentialPlugin plugin, TimeProvider clock, ClientCertificate certificate, ILogger logger) : IApiCredentialSource
{
    // Time a request may still be under way with a credential that is about to expire.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1, 1);
    private ApiCredential? _current;
    private DateTimeOffset? _expiresAt;

    public async ValueTask<ApiCredential> GetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken); // one program at a time: some open a browser window, or use up a one-time code
        try
        {
            // A copy: the field may be emptied at any time, by a request that the server has just refused.
            ApiCredential? current = _current;
            if (current is null || _expiresAt - Margin <= clock.GetUtcNow())
            {
                LogRunning(logger, plugin.Command);
                string output = await ExecCredentialProcess.RunAsync(plugin, clock, cancellationToken);
                (current, _expiresAt) = Parse(output);
                _current = current;
            }

            return current;
        }
        finally
        {
            _one.Release();
        }
    }

    public bool Discard(ApiCredential credential)
    {
        // Not if another request has renewed it meanwhile.
        Interlocked.CompareExchange(ref _current, null, credential);
        return true;
    }

    public void Dispose() => _one.Dispose();

    private (ApiCredential Credential, DateTimeOffset? ExpiresAt) Parse(string output)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(output) as JsonObject ?? throw new JsonException();
        }
        catch (JsonException)
        {
            // Not passed on: it quotes the output, which may be half a credential.
            throw Wrong("printed something that isn't an ExecCredential in JSON");
        }

        if (json.Text("kind") != "ExecCredential" || json.Text("apiVersion") != plugin.ApiVersion)
        {
            throw Wrong($"must print kind ExecCredential with apiVersion {plugin.ApiVersion}, as the kubeconfig says");
        }

        JsonObject status = json.Object("status") ?? throw Wrong("printed no status");
        string? token = status.Text("token");
        X509Certificate2? own = (status.Text("clientCertificateData"), status.Text("clientKeyData")) switch
        {
            (null, null) => null,
            ({ } pem, { } key) => Pem.ParsePair(pem, key, $"What '{plugin.Command}' printed as client certificate"),
            _ => throw Wrong("printed only one of clientCertificateData and clientKeyData"),
        };
        if (token is null && own is null)
        {
            throw Wrong("printed neither a token nor a client certificate");
        }

        var credential = new ApiCredential(
            token is null ? null : ApiCredential.Bearer(token, $"What '{plugin.Command}' printed as token"), own ?? certificate.Get());
        return (credential, status.Time("expirationTimestamp"));
    }

    private KubeConfigException Wrong(string what) =>
        new($"The credential plugin '{plugin.Command}' {what}. Run it by hand, with the arguments and environment in the kubeconfig, to see what it does.");

    [LoggerMessage(2008, LogLevel.Debug, "Running the credential plugin {Command}.")]
    private static partial void LogRunning(ILogger logger, string command);
}
