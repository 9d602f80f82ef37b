using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Planes;

namespace Onboarding.Cmdlets;

/// <summary>Shows the plane's configuration: which issuers and platforms it accepts, and whether it is in force.</summary>
[Cmdlet(VerbsCommon.Get, "OnboardingPlane", HelpUri = HelpLink.Root + "Get-OnboardingPlane")]
[OutputType(typeof(OnboardingPlaneConfiguration))]
public sealed class GetOnboardingPlaneCommand : FleetCmdlet
{
    // The plane lives beside Istio, not in the namespace that one works in.
    private protected override object? Target => Namespace;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (Api.Install.OnboardingPlane plane in await new PlaneStore(Session.Kubernetes).ListAsync(Namespace, cancellationToken))
        {
            WriteObject(new OnboardingPlaneConfiguration(plane));
        }
    }
}
