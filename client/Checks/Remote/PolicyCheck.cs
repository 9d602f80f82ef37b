using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Checks.Remote;

/// <summary>A policy of the plane would admit this machine; it is asked without anything being made of it.</summary>
internal sealed class PolicyCheck : IOnboardingCheck
{
    public string Category => "Identity";

    public string Name => "policy";

    public IReadOnlyList<string> DependsOn => ["credential"];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        (string ns, string name) = (context.Options.Onboarding.WorkloadGroup.Namespace, context.Options.Onboarding.WorkloadGroup.Name);
        try
        {
            AuthorizeOnboardingResponse answer = await context.Plane!.TryAuthorizeAsync(context.Found!, context.Credential!.Value, ns, name, cancellationToken);
            return CheckOutcome.Pass($"policy '{answer.Policy}' rule {answer.Rule} admits it to {ns}/{name} as {answer.Registration}") with { CorrelationId = answer.CorrelationId };
        }
        catch (OnboardingException e) when (e.Reason == Reasons.KeyMismatch && !context.HasOwnKey)
        {
            // The identity is checked before its key: a policy admits it. Whose key the plane knows, this user can't tell.
            return CheckOutcome.Fail(RefusalText.ForGroup(e, $"{ns}/{name}")) with
            {
                Status = CheckStatus.Warn,
                ErrorId = "",
                Detail = $"a policy admits it to {ns}/{name}, and the plane knows this identity by the key of an agent that has joined: this machine's, whose key this user can't read, or another's",
                Remediation = "on a member: sudo onboarding-agent check, which asks with the agent's key; on a new machine: give it an identity of its own",
            };
        }
        catch (OnboardingException e)
        {
            return CheckOutcome.Fail(RefusalText.ForGroup(e, $"{ns}/{name}"));
        }
    }
}
