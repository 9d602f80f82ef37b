using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.KeyBinding;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Members;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Admissions;

/// <summary>
/// Decides again about a member before it is given or renewed anything. Attack: a machine whose policy, key or issuer was taken away
/// keeps its connection or its token, and goes on asking with those.
/// </summary>
internal sealed class MemberAdmission(
    Authorizer authorizer, MemberView members, PolicyIdentity identities, KeyBindings keyBindings, StayOutGate stayOut, JoinTokenGate joinTokens, CallRecords records)
{
    /// <summary>The decision as it is now.</summary>
    /// <param name="member">The member.</param>
    /// <param name="claims">What its onboarding token says.</param>
    /// <param name="audit">Takes the explanation.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">It may not be a member any more.</exception>
    public async Task<Admission> DecideAsync(
        WorkloadAutoRegistration member, OnboardingTokenClaims claims, AuditRecord audit, CancellationToken cancellationToken)
    {
        keyBindings.RequireCurrent(claims.Key);
        await stayOut.CheckAgainAsync(claims.Workload, $"{claims.GroupNamespace}/{claims.Registration}", cancellationToken);
        await joinTokens.CheckAsync(claims.Workload, cancellationToken);
        Admission admission = authorizer.Decide(
            members.Request(
                member,
                identities.Resolve(claims.Workload, claims.Thumbprint),
                claims.Workload,
                new WorkloadGroupReference(claims.GroupNamespace, claims.GroupName)),
            audit);

        // An operator reset the binding while it was a member, and it proved its identity since: it registers no more, and is bound here.
        await keyBindings.BindAgainAsync(claims.Key, cancellationToken);
        return admission;
    }

    /// <summary>The decision for what a session gives by itself; a refusal is recorded here, as there is no call that could fail.</summary>
    /// <param name="action">What is to be given, for the audit log.</param>
    /// <param name="member">The member.</param>
    /// <param name="claims">What its onboarding token says.</param>
    /// <param name="session">Identifies the session.</param>
    /// <param name="source">Where its agent calls from.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">It may not be a member any more.</exception>
    public async Task<Admission> DecideInSessionAsync(
        string action, WorkloadAutoRegistration member, OnboardingTokenClaims claims, string session, string source, CancellationToken cancellationToken)
    {
        var record = new AuditRecord(action, session, source)
        {
            Identity = claims.Workload,
            IsVerified = true,
            GroupNamespace = claims.GroupNamespace,
            GroupName = claims.GroupName,
            Registration = claims.Registration,
            TokenId = claims.Id,
            Key = claims.Thumbprint,
        };
        try
        {
            return await DecideAsync(member, claims, record, cancellationToken);
        }
        catch (RefusedException e)
        {
            records.Denied(record, e.Refusal, source);
            throw;
        }
    }
}
