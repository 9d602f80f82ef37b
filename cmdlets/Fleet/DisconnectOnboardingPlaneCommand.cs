using System.Management.Automation;
using Onboarding.Cmdlets.Pipeline;
using Onboarding.Fleet.Contexts;

namespace Onboarding.Cmdlets;

/// <summary>Goes back to the kubeconfig's current context.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "OnboardingPlane")]
[OutputType(typeof(void))]
public sealed class DisconnectOnboardingPlaneCommand : AsyncCmdlet
{
    private protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        ConnectedContext.Disconnect();
        return Task.CompletedTask;
    }
}
