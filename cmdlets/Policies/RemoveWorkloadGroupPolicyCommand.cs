using System.Management.Automation;
using Onboarding.Client.Errors;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>Removes policies.</summary>
[Cmdlet(VerbsCommon.Remove, "WorkloadGroupPolicy", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByName, HelpUri = HelpLink.Root + "Remove-WorkloadGroupPolicy")]
[OutputType(typeof(void))]
public sealed class RemoveWorkloadGroupPolicyCommand : FleetCmdlet
{
    private const string ByName = "Name";
    private const string ByObject = "InputObject";

    /// <summary>Its name.</summary>
    [Parameter(ParameterSetName = ByName, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PolicyCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>What <c>Get-WorkloadGroupPolicy</c> wrote.</summary>
    [Parameter(ParameterSetName = ByObject, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public WorkloadGroupPolicy? InputObject { get; set; }

    /// <summary>Remove it even if members lose admission.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Target => InputObject is not null ? InputObject : Name;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        string ns = InputObject?.Namespace ?? NamespaceInForce;
        string name = InputObject?.Name ?? Name;
        if (!ShouldProcess(Session.Describe(ns, name), "Remove policy"))
        {
            return;
        }

        if (!Force)
        {
            IReadOnlyList<string> losers = await new PolicyJudges(Session.Kubernetes, TimeProvider.System)
                .LosersAsync(ns, policies => PolicyJudges.Without(policies, name), cancellationToken);
            if (losers.Count > 0)
            {
                throw new OnboardingException(
                    ModuleErrorIds.PolicyInUse,
                    $"Without the policy '{ns}/{name}' {losers.Count} {(losers.Count == 1 ? "member loses" : "members lose")} admission: {string.Join(", ", losers.Take(5))}{(losers.Count > 5 ? ", …" : "")}.",
                    $"to remove it all the same: Remove-WorkloadGroupPolicy {name} -Namespace {ns} -Force");
            }
        }

        await new PolicyStore(Session.Kubernetes, TimeProvider.System).RemoveAsync(ns, name, cancellationToken);
        WriteVerbose($"removed policy '{ns}/{name}' (context {Session.Context.Name})");
    }
}
