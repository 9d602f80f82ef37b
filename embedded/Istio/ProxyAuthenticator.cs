using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

/// <summary>Finds out who calls: by client certificate, else by token. The first that succeeds decides.</summary>
internal sealed partial class ProxyAuthenticator(IstiodOptions options, PeerCertificates certificates, ILogger<ProxyAuthenticator> logger)
{
    private const string ServiceAccounts = "system:serviceaccounts";
    private const string Bearer = "Bearer ";

    /// <summary>The caller.</summary>
    /// <param name="context">Its call.</param>
    /// <param name="refusal">What it is told otherwise; the reasons only go to the log.</param>
    /// <exception cref="RpcException">Unauthenticated.</exception>
    public async Task<SpiffeId> AuthenticateAsync(ServerCallContext context, string refusal)
    {
        X509Certificate2? certificate = context.GetHttpContext().Connection.ClientCertificate;
        if (certificate is not null && certificates.Identify(certificate) is { } certified)
        {
            return certified;
        }

        (SpiffeId? identity, string reason) = await ByTokenAsync(context);
        if (identity is null)
        {
            LogRefused(context.Peer, context.Method, certificate is not null, reason);
            throw new RpcException(new Status(StatusCode.Unauthenticated, refusal));
        }

        return identity;
    }

    private async Task<(SpiffeId? Identity, string Reason)> ByTokenAsync(ServerCallContext context)
    {
        string[] headers = [.. context.RequestHeaders.GetAll("authorization").Select(e => e.Value)];
        if (headers is not [string header] || !header.StartsWith(Bearer, StringComparison.Ordinal))
        {
            return (null, "no bearer token exists in HTTP authorization header");
        }

        string[] clusters = [.. context.RequestHeaders.GetAll("clusterid").Select(e => e.Value)];
        if (clusters.Length > 1 || (clusters is [{ Length: > 0 } cluster] && cluster != options.ClusterId))
        {
            return (null, $"could not get cluster {string.Join(", ", clusters)}'s kube client; known: {options.ClusterId}");
        }

        TokenReviewOutcome review =
            await options.TokenReviewer(header[Bearer.Length..], options.TokenAudiences, context.CancellationToken);
        if (!review.Authenticated || review.Error.Length > 0)
        {
            return (null, review.Error.Length > 0 ? review.Error : "the token is not authenticated");
        }

        if (!review.Groups.Contains(ServiceAccounts))
        {
            return (null, "the token is not a service account");
        }

        return review.Username.Split(':') is ["system", "serviceaccount", { Length: > 0 } ns, { Length: > 0 } account]
            ? (new SpiffeId(options.TrustDomain.Replace('@', '.'), ns, account), "")
            : (null, "invalid username field in the token review result");
    }

    [LoggerMessage(3100, LogLevel.Warning, "Refused {Method} of {Peer}: {Reason} (client certificate presented: {HasCertificate})")]
    private partial void LogRefused(string peer, string method, bool hasCertificate, string reason);
}
