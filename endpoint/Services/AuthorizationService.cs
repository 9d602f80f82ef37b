using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Admissions;
using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Authentication.Kubernetes;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.Discovery;
using Onboarding.Endpoint.KeyBinding;
using Onboarding.Endpoint.Registration;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Keys;
using Onboarding.Plane.Members;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Services;

/// <summary>
/// AuthorizeOnboarding. The order of work is by what it costs an attacker: shape, challenge, the agent's signature, the
/// credential, the policies; only what passed all of that writes to Kubernetes, and no more than that a one-use credential is used. The key
/// is bound by RegisterWorkload, after the whole decision.
/// </summary>
internal sealed class AuthorizationService(
    CallEntry calls,
    AdmissionGates gates,
    PlaneConfiguration plane,
    TokenKeyStore keyStore,
    ChallengeIssuer challenges,
    CredentialAuthenticators credentials,
    CredentialUses credentialUses,
    TimeProvider time) : OnboardingAuthorizationService.OnboardingAuthorizationServiceBase
{
    private const int LargestRequest = 64 * 1024;

    public override Task<AuthorizeOnboardingResponse> AuthorizeOnboarding(AuthorizeOnboardingRequest request, ServerCallContext context)
    {
        string? token = CallerAuthenticator.TryTokenOf(context);
        return calls.Pipeline.RunAsync(
            request.DryRun ? "authorize-dry-run" : "authorize",
            context,
            call => AuthorizeAsync(request, token, call),
            token is null ? CallerTrust.None : CallerTrust.PresentsToken);
    }

    private async Task<AuthorizeOnboardingResponse> AuthorizeAsync(AuthorizeOnboardingRequest request, string? token, Call call)
    {
        PlaneSettings settings = plane.Required;
        TokenKeys keys = keyStore.Required;
        calls.Callers.Enter(token, call);
        WorkloadGroupReference group = CheckShape(request);
        call.Audit.GroupNamespace = group.Namespace;
        call.Audit.GroupName = group.Name;
        CheckTransport(request, settings);
        AgentPublicKey key = CheckProof(request, settings, keys);
        call.Audit.Key = key.Thumbprint;
        await calls.Callers.PassAsync(token, key, call);

        ICredentialAuthenticator authenticator = credentials.Find(request.Credential);
        call.WaitsFor = authenticator is KubernetesAuthenticator ? Reasons.KubernetesUnavailable : Reasons.IssuerUnavailable;
        AuthenticatedWorkload workload = await authenticator.AuthenticateAsync(
            new AuthenticationRequest(request.Credential.Value, settings.Uid, key) { Challenge = request.Challenge.Memory, Group = group },
            call.CancellationToken);
        call.WaitsFor = Reasons.KubernetesUnavailable;
        call.Audit.Identity = workload.BoundIdentity;
        call.Audit.IsVerified = true;
        bool hasName = RegistrationName.TryCreate(group.Name, workload.BoundIdentity, workload.IssuerShortName, out string? registration);
        call.Audit.Registration = registration;

        Admission admission = gates.Authorizer.Decide(new AdmissionRequest(workload.Identity, workload.BoundIdentity, group), call.Audit);
        if (!hasName)
        {
            throw Refuse.Unauthenticated(Reasons.CredentialSubject, "No registration name can be made of the identity.");
        }

        GroupCheck.Check(admission.Group);
        string? binding = gates.KeyBindings.Check(workload, key, settings.Spec.KeyBinding);
        string place = $"{group.Namespace}/{registration}";
        if (!request.ComeBack)
        {
            gates.StayOut.Check(workload.BoundIdentity, place);
        }

        if (request.DryRun)
        {
            gates.Budgets.CountQuestion(workload.BoundIdentity);
            return new AuthorizeOnboardingResponse
            {
                Registration = registration,
                Policy = call.Audit.Policy ?? "",
                Rule = call.Audit.Rule ?? 0,
                CorrelationId = call.Audit.CorrelationId,
            };
        }

        gates.Budgets.Count(workload.BoundIdentity, workload.Identity, group, isFirst: !gates.KeyBindings.IsBound(workload.BoundIdentity));
        await credentialUses.ConsumeAsync(workload, key, call.CancellationToken);
        if (request.ComeBack)
        {
            await gates.StayOut.OpenAsync(workload.BoundIdentity, place, call.CancellationToken);
        }

        return Issue(workload, group, registration!, key, binding, settings, keys, call);
    }

    private static WorkloadGroupReference CheckShape(AuthorizeOnboardingRequest request)
    {
        if (request.CalculateSize() > LargestRequest)
        {
            throw Refuse.Invalid($"The request is larger than {LargestRequest} bytes.");
        }

        if (request.Credential is null || request.WorkloadGroup is null)
        {
            throw Refuse.Invalid("The request needs a credential and a workload_group.");
        }

        // Goes into the audit log, into names and into look-ups: a name is a name before it is anything else.
        return KubernetesNames.IsLabel(request.WorkloadGroup.Namespace) && KubernetesNames.IsSubdomain(request.WorkloadGroup.Name)
            ? new WorkloadGroupReference(request.WorkloadGroup.Namespace, request.WorkloadGroup.Name)
            : throw Refuse.Invalid("workload_group must have the namespace and name of a WorkloadGroup.");
    }

    private static void CheckTransport(AuthorizeOnboardingRequest request, PlaneSettings settings)
    {
        if (request.InsecureTransport && settings.Spec.MinimumTransport == MinimumTransportSecurity.Verified)
        {
            throw Refuse.Precondition(
                Reasons.InsecureTransport,
                "This plane refuses agents that don't verify its certificate. Remove transportSecurity.tls.insecureSkipVerify from the "
                + "OnboardingConfiguration and set transportSecurity.tls.caFile if its authority is not in the host's trust store.");
        }
    }

    private AgentPublicKey CheckProof(AuthorizeOnboardingRequest request, PlaneSettings settings, TokenKeys keys)
    {
        // Without it a credential that was overheard could be presented later, with another key.
        switch (challenges.Check(request.Challenge.Span, keys.ChallengeKey))
        {
            case ChallengeState.Foreign:
                throw Refuse.Unauthenticated(Reasons.ChallengeInvalid, "The challenge isn't one of this plane's. Call GetPlane for one.");
            case ChallengeState.Expired:
                throw Refuse.Unauthenticated(Reasons.ChallengeExpired, "The challenge has expired. Call GetPlane for a fresh one.");
        }

        AgentPublicKey key = RecentKeys.TryRead(request.AgentPublicKey.Span)
            ?? throw Refuse.Invalid("agent_public_key must be one P-256 key, SubjectPublicKeyInfo in DER.");
        byte[] statement = Statements.Authorization(
            request.Challenge.Span,
            request.Credential,
            request.WorkloadGroup.Namespace,
            request.WorkloadGroup.Name,
            settings.Uid,
            request.AgentPublicKey.Span);
        return key.Verify(statement, request.Signature.Span) ? key : throw Refuse.Unauthenticated(
            Reasons.ProofInvalid, "The signature by the agent's key doesn't cover this credential, group, plane and challenge.");
    }

    private AuthorizeOnboardingResponse Issue(
        AuthenticatedWorkload workload,
        WorkloadGroupReference group,
        string registration,
        AgentPublicKey key,
        string? binding,
        PlaneSettings settings,
        TokenKeys keys,
        Call call)
    {
        DateTimeOffset now = time.GetUtcNow();
        var claims = new OnboardingTokenClaims
        {
            Workload = workload.BoundIdentity,
            GroupNamespace = group.Namespace,
            GroupName = group.Name,
            Registration = registration,
            Thumbprint = key.Thumbprint,
            MayBind = binding,
            Id = Guid.NewGuid().ToString("N"),
            IssuedAt = now,
            // What the token says is whole seconds; the answer says the same.
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds((now + settings.Spec.TokenIssuer.Jwt.Expiration).ToUnixTimeSeconds()),
        };
        call.Audit.TokenId = claims.Id;
        RecentKeys.Keep(key);
        return new AuthorizeOnboardingResponse
        {
            Token = OnboardingTokenIssuer.Issue(claims, settings.Uid, keys),
            ExpiresAt = Timestamp.FromDateTimeOffset(claims.ExpiresAt),
            Registration = registration,
            Policy = call.Audit.Policy ?? "",
            Rule = call.Audit.Rule ?? 0,
            CorrelationId = call.Audit.CorrelationId,
        };
    }
}

/// <summary>How a call comes in.</summary>
/// <param name="Pipeline">Runs it: limits, the audit, and what its caller is told of a failure.</param>
/// <param name="Callers">Who calls.</param>
internal sealed record CallEntry(CallPipeline Pipeline, CallerAuthenticator Callers);

/// <summary>What a workload passes before anything is written for it.</summary>
/// <param name="Authorizer">The policies.</param>
/// <param name="Identities">The identity that policies and limits are about.</param>
/// <param name="StayOut">Workloads that an operator excluded.</param>
/// <param name="JoinTokens">Join tokens that are there still.</param>
/// <param name="KeyBindings">The key that belongs to the identity.</param>
/// <param name="Budgets">How much may be written for one identity, and for one group.</param>
internal sealed record AdmissionGates(
    Authorizer Authorizer, PolicyIdentity Identities, StayOutGate StayOut, JoinTokenGate JoinTokens, KeyBindings KeyBindings, WriteBudgets Budgets);
