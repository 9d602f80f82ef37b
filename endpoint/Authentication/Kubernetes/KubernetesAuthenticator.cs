using k8s;
using k8s.Models;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Kubernetes;

/// <summary>
/// Finds out whose service-account token of the plane's own cluster is presented, by asking the API server (TokenReview): it alone
/// knows whether the account, and the pod the token is bound to, still exist.
/// </summary>
internal sealed class KubernetesAuthenticator(PlaneConfiguration plane, IKubernetes cluster, TimeProvider time) : ICredentialAuthenticator
{
    private const string AccountPrefix = "system:serviceaccount:";
    private const string PodName = "authentication.kubernetes.io/pod-name";
    private const string PodUid = "authentication.kubernetes.io/pod-uid";
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(25);
    private readonly TokenChecks _checks = new(time);

    public string MessageName => KubernetesCredential.Descriptor.FullName;

    public bool IsConfigured => Settings is not null;

    private KubernetesAuthenticationSettings? Settings => plane.Current?.Spec.Workloads.Authentication.Kubernetes;

    public async Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        string text = Precheck(request);
        V1TokenReviewStatus? review = await ReviewAsync(text, request.PlaneUid, cancellationToken);

        // A server that doesn't know audiences answers without any: then the token wasn't checked for ours.
        if (review is not { Authenticated: true, User: { } user } || review.Audiences?.Contains(request.PlaneUid) != true)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialSignature,
                "The cluster doesn't know the token: it is another cluster's, its service account or pod is gone, or it was changed.",
                review?.Error);
        }

        WorkloadIdentity identity = new() { Kubernetes = Read(user) };
        if (Settings is not { } settings || (settings.Namespaces.Count > 0 && !settings.Namespaces.Contains(identity.Kubernetes.Namespace)))
        {
            throw Refuse.Denied(
                Reasons.CredentialTenant,
                "The service account's namespace isn't among spec.workloads.authentication.kubernetes.namespaces of the OnboardingPlane.",
                $"namespace {identity.Kubernetes.Namespace}");
        }

        return new AuthenticatedWorkload(identity, identity) { MayReplaceKey = true };
    }

    // Nothing is believed of it yet: what is plainly no use costs the API server no review.
    private string Precheck(AuthenticationRequest request)
    {
        string text = "";
        using CompactJwt token = TokenChecks.Read(request.Credential, bytes => text = KubernetesCredential.Parser.ParseFrom(bytes).Token);
        TokenChecks.CheckAudience(
            token, "Let the kubelet project a token with this audience (serviceAccountToken.audience), or: kubectl create token --audience.", request.PlaneUid);
        _checks.CheckTimes(token, "the cluster", MaxLifetime);
        return text;
    }

    private async Task<V1TokenReviewStatus?> ReviewAsync(string token, string audience, CancellationToken cancellationToken)
    {
        var question = new V1TokenReview
        {
            ApiVersion = $"{V1TokenReview.KubeGroup}/{V1TokenReview.KubeApiVersion}",
            Kind = V1TokenReview.KubeKind,
            Spec = new V1TokenReviewSpec { Token = token, Audiences = [audience] },
        };
        return (await cluster.AuthenticationV1.CreateTokenReviewAsync(question, cancellationToken: cancellationToken)).Status;
    }

    private static KubernetesIdentity Read(V1UserInfo user)
    {
        string[] account = user.Username?.StartsWith(AccountPrefix, StringComparison.Ordinal) == true
            ? user.Username[AccountPrefix.Length..].Split(':')
            : [];
        if (account is not [{ Length: > 0 } ns, { Length: > 0 } name] || !KubernetesNames.IsLabel(ns) || !KubernetesNames.IsSubdomain(name))
        {
            throw Refuse.Unauthenticated(Reasons.CredentialSubject, "The token isn't a service account's.", $"username {TokenChecks.Quoted(user.Username)}");
        }

        string? pod = One(user, PodName);
        string? uid = One(user, PodUid);
        return new KubernetesIdentity
        {
            Namespace = ns,
            ServiceAccount = name,
            Pod = pod is not null && uid is not null ? new KubernetesPod(pod, uid) : null,
        };
    }

    private static string? One(V1UserInfo user, string key) =>
        user.Extra?.TryGetValue(key, out IList<string>? values) == true && values is [{ Length: > 0 } value] ? value : null;
}
