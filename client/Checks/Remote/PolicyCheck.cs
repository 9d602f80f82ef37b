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
            return CheckOutcome.Pass($"policy '{answer.Policy}' rule {answer.Rule} admits it to {ns}/{name} as {answer.Registration}");
        }
        catch (OnboardingException e)
        {
            return CheckOutcome.Fail(RefusalText.Of(e, $"{ns}/{name}"));
        }
    }
}
