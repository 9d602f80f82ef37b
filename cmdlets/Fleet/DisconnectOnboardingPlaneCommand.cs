using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Cmdlets.Pipeline;
using Onboarding.Fleet.Contexts;

namespace Onboarding.Cmdlets;

/// <summary>Goes back to the kubeconfig's current context.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "OnboardingPlane", HelpUri = HelpLink.Root + "Disconnect-OnboardingPlane")]
[OutputType(typeof(void))]
public sealed class DisconnectOnboardingPlaneCommand : AsyncCmdlet
{
    private protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        ConnectedContext.Disconnect();
        return Task.CompletedTask;
    }
}
