using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>Lists policies.</summary>
[Cmdlet(VerbsCommon.Get, "WorkloadGroupPolicy", HelpUri = HelpLink.Root + "Get-WorkloadGroupPolicy")]
[OutputType(typeof(WorkloadGroupPolicy))]
public sealed class GetWorkloadGroupPolicyCommand : FleetCmdlet
{
    /// <summary>Its name; wildcards allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PolicyCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Only those that reach this WorkloadGroup.</summary>
    [Parameter]
    [Alias("Group")]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? WorkloadGroup { get; set; }

    /// <summary>Of all namespaces.</summary>
    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    private protected override object? Target => Name;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        WildcardPattern? pattern = Name is null ? null : new WildcardPattern(Name, WildcardOptions.IgnoreCase);
        IReadOnlyList<PolicyView> found = await new PolicyStore(Session.Kubernetes, TimeProvider.System)
            .ListAsync(AllNamespaces ? null : NamespaceInForce, pattern is null ? null : pattern.IsMatch, WorkloadGroup, cancellationToken);
        foreach (PolicyView view in found)
        {
            WriteObject(new WorkloadGroupPolicy(view));
        }

        if (found.Count == 0 && !await TellNothingAsync("policies", AllNamespaces ? null : NamespaceInForce, cancellationToken) && IsExact(Name))
        {
            WriteFailure(PolicyStore.NotFound(NamespaceInForce, Name!), Name);
        }
    }
}
