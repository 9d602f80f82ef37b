using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Installation;

namespace Onboarding.Cmdlets;

/// <summary>Removes what <c>Install-OnboardingPlane</c> installed.</summary>
[Cmdlet(VerbsLifecycle.Uninstall, "OnboardingPlane", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, HelpUri = HelpLink.Root + "Uninstall-OnboardingPlane")]
[OutputType(typeof(void))]
public sealed class UninstallOnboardingPlaneCommand : FleetCmdlet
{
    private const string DefaultNamespace = "istio-system";
    private const string Activity = "Uninstall the onboarding plane";

    /// <summary>What is removed of that which is kept otherwise.</summary>
    [Parameter]
    public PurgedObjects[] Purge { get; set; } = [];

    /// <summary>Take out the machines that are registered; without it they are listed, and nothing is removed.</summary>
    [Parameter]
    public SwitchParameter RemoveMembers { get; set; }

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        string ns = Namespace ?? DefaultNamespace;
        string purged = Purge.Length == 0 ? "" : $", and all {string.Join(", ", Purge)}";
        if (!ShouldProcess($"the plane in namespace {ns}{(RemoveMembers ? ", its members" : "")}{purged} (context {Session.Context.Name})", "Uninstall"))
        {
            return;
        }

        var removal = new PlaneRemoval(Session.Kubernetes, ns);
        HashSet<KeptObjects> purge = [.. Purge.Select(p => Enum.Parse<KeptObjects>(p.ToString()))];
        RemovalPlan plan = await removal.PlanAsync(purge, cancellationToken);
        if (RemoveMembers)
        {
            await removal.RemoveMembersAsync(cancellationToken);
        }

        await removal.RefuseMembersAsync(cancellationToken);
        await removal.RemoveAsync(
            plan, purge, (what, percent) => WriteProgress(new ProgressRecord(0, Activity, $"delete {what}") { PercentComplete = percent }), cancellationToken);
        WriteProgress(new ProgressRecord(0, Activity, "done") { RecordType = ProgressRecordType.Completed });
        foreach (string removed in plan.Objects)
        {
            WriteVerbose($"deleted {removed}");
        }
    }
}

/// <summary>What an uninstall keeps unless it is named.</summary>
public enum PurgedObjects
{
    /// <summary>The definitions, and with them every object of our kinds.</summary>
    Definitions = 0,

    /// <summary>OnboardingPolicies of all namespaces.</summary>
    Policies = 1,

    /// <summary>Which identity is bound to which key.</summary>
    KeyBindings = 2,

    /// <summary>The Secret with the keys that onboarding tokens are signed with.</summary>
    TokenKeys = 3,

    /// <summary>Join tokens of all namespaces.</summary>
    JoinTokens = 4,
}
