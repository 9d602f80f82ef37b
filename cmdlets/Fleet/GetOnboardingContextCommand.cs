using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Cmdlets.Pipeline;
using Onboarding.Fleet.Contexts;
using Onboarding.Kubernetes;

namespace Onboarding.Cmdlets;

/// <summary>Says which cluster the fleet cmdlets work on. Asks no server.</summary>
[Cmdlet(VerbsCommon.Get, "OnboardingContext", HelpUri = HelpLink.Root + "Get-OnboardingContext")]
[OutputType(typeof(OnboardingContext))]
public sealed class GetOnboardingContextCommand : AsyncCmdlet
{
    /// <summary>All contexts there are, not only the one in force.</summary>
    [Parameter]
    public SwitchParameter ListAvailable { get; set; }

    private protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        if (!ListAvailable)
        {
            WriteObject(new OnboardingContext(ContextFinder.Find(null, null, null), current: true));
            return Task.CompletedTask;
        }

        ClusterContext? inForce = InForce();
        foreach (ClusterContext context in ContextFinder.List(null))
        {
            WriteObject(new OnboardingContext(context, inForce is not null && ContextFinder.IsSame(context, inForce)));
        }

        return Task.CompletedTask;
    }

    private static ClusterContext? InForce()
    {
        try
        {
            return ContextFinder.Find(null, null, null);
        }
        catch (KubeConfigException)
        {
            // None is, and a list that marks none says so.
            return null;
        }
    }
}
