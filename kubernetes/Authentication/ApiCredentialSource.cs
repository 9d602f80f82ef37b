using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Onboarding.Kubernetes.Authentication;

/// <summary>Chooses where credentials come from.</summary>
internal static partial class ApiCredentialSource
{
    public static IApiCredentialSource For(KubernetesClientConfiguration configuration, KubernetesClientOptions options, ILogger logger)
    {
        ClientCertificate certificate = new(configuration);
        bool hasHeader = configuration is not { Exec: null, AccessTokenFile: null, AccessToken: null, Username: null };
        if (!configuration.Host.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            // Anyone who listens on the wire would have the credential. kubectl doesn't send it either.
            if (hasHeader)
            {
                LogPlainText(logger, configuration.Host);
            }

            return new FixedCredential(null, ClientCertificate.None);
        }

        return configuration switch
        {
            { Exec: { } plugin } => new ExecCredentialSource(plugin, options.TimeProvider, certificate, logger),
            { AccessTokenFile: { } file } => new TokenFile(file, options.TimeProvider, certificate, logger),
            { AccessToken: { } token } => new FixedCredential(ApiCredential.Bearer(token, "The token in the configuration"), certificate),
            { Username: { } user } => new FixedCredential(Basic(user, configuration.Password ?? ""), certificate),
            _ => new FixedCredential(null, certificate),
        };
    }

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    [LoggerMessage(2006, LogLevel.Warning, "{Server} isn't https: the configured credential is not sent to it.")]
    private static partial void LogPlainText(ILogger logger, string server);
}
