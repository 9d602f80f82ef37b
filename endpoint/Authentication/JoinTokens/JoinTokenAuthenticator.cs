using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.JoinTokens;

/// <summary>
/// Finds out which join token is presented. A token is good for one group, until it expires, for the first key that comes with it;
/// from then on it is that key that counts, and the token says no more than which membership it is about.
/// </summary>
internal sealed class JoinTokenAuthenticator(PlaneConfiguration plane, ResourceInformer<JoinToken> tokens, ClusterState cluster, TimeProvider time)
    : ICredentialAuthenticator
{
    public string MessageName => JoinTokenCredential.Descriptor.FullName;

    public bool IsConfigured => plane.Current?.Spec.Workloads.Authentication.JoinToken is not null;

    public Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        JoinTokenText token = Read(request.Credential);
        JoinTokenSpec spec = Find(token);
        if (request.Group != new WorkloadGroupReference(token.Namespace, spec.WorkloadGroup))
        {
            throw Refuse.Denied(
                Reasons.CredentialGroup,
                $"The join token {token.Namespace}/{token.Name} is good for another WorkloadGroup. Compare it with workloadGroup in the OnboardingConfiguration.",
                $"the token is for {token.Namespace}/{spec.WorkloadGroup}, asked for was {request.Group}");
        }

        WorkloadIdentity identity = new() { JoinToken = new JoinTokenIdentity { Namespace = token.Namespace, Name = token.Name } };

        // Who joined in time stays: renewals present the token again, and the key shows that it is the same machine.
        bool isMember = IsBound(identity, request.Key.Thumbprint);
        if (!isMember && time.GetUtcNow() >= spec.ExpiresAt)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialExpired,
                $"The join token {token.Namespace}/{token.Name} expired at {spec.ExpiresAt.UtcDateTime:u}. Have a new one made: onboarding-endpoint join-token create");
        }

        return Task.FromResult(new AuthenticatedWorkload(identity, identity)
        {
            // Anyone who has the token again later isn't the machine it was made for.
            MayReplaceKey = false,
            OneUse = isMember ? null : OneUse.FromToken("jointoken", Encoding.UTF8.GetBytes(token.Value), spec.ExpiresAt),
        });
    }

    // Exactly this key: a binding that can't be read makes no one a member. Its name is a hash, so the identity is compared as well.
    private bool IsBound(WorkloadIdentity identity, string thumbprint) =>
        cluster.KeyBindingOf(identity)?.Spec is { } spec && spec.Jkt == thumbprint && spec.Identity == CanonicalIdentity.Serialize(identity);

    private static JoinTokenText Read(ByteString credential)
    {
        try
        {
            return JoinTokenText.TryRead(JoinTokenCredential.Parser.ParseFrom(credential).Token, out JoinTokenText? token)
                ? token
                : throw TokenChecks.Malformed("it isn't a join token (ojt1.<namespace>.<name>.<secret>)");
        }
        catch (InvalidProtocolBufferException)
        {
            throw TokenChecks.Malformed("it isn't a JoinTokenCredential message");
        }
    }

    // The same answer for a token that isn't there and one whose secret is wrong: no one finds out which names there are.
    private JoinTokenSpec Find(JoinTokenText token)
    {
        JoinToken? stored = tokens.Get(token.Namespace, token.Name);
        byte[] expected = Encoding.ASCII.GetBytes(stored?.Spec?.TokenSha256 ?? new string('0', 64));
        bool isIt = CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(token.Hash));
        return isIt && stored is { Metadata.DeletionTimestamp: null, Spec: { } spec } ? spec : throw Refuse.Unauthenticated(
            Reasons.CredentialUnknown,
            "The plane has no such join token: it was deleted, or is mistyped. Have a new one made: onboarding-endpoint join-token create",
            $"{token.Namespace}/{token.Name}: {(stored is null ? "no such object" : stored.Spec is null ? "can't be read" : "another secret")}");
    }
}
