using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.JoinTokens;
using Store = Onboarding.Fleet.JoinTokens.JoinTokens;

namespace Onboarding.Cmdlets;

/// <summary>Lists join tokens. The tokens themselves are stored nowhere.</summary>
[Cmdlet(VerbsCommon.Get, "OnboardingJoinToken", HelpUri = HelpLink.Root + "Get-OnboardingJoinToken")]
[OutputType(typeof(OnboardingJoinToken))]
public sealed class GetOnboardingJoinTokenCommand : FleetCmdlet
{
    /// <summary>Its name; wildcards allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(JoinTokenCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Only those good for this WorkloadGroup.</summary>
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
        IReadOnlyList<JoinTokenView> found = await new Store(Session.Kubernetes, TimeProvider.System)
            .ListAsync(AllNamespaces ? null : NamespaceInForce, Matcher(Name), WorkloadGroup, cancellationToken);
        foreach (JoinTokenView view in found)
        {
            WriteObject(new OnboardingJoinToken(view));
        }

        if (found.Count == 0 && !await TellNothingAsync("join tokens", AllNamespaces ? null : NamespaceInForce, cancellationToken) && IsExact(Name))
        {
            WriteFailure(Store.NotFound(NamespaceInForce, Name!), Name);
        }
    }
}
