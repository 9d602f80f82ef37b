using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Store = Onboarding.Fleet.JoinTokens.JoinTokens;

namespace Onboarding.Cmdlets;

/// <summary>Removes join tokens, and with each the membership of the machine that joined with it.</summary>
[Cmdlet(VerbsCommon.Remove, "OnboardingJoinToken", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, HelpUri = HelpLink.Root + "Remove-OnboardingJoinToken")]
[OutputType(typeof(void))]
public sealed class RemoveOnboardingJoinTokenCommand : FleetCmdlet
{
    /// <summary>Its name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(JoinTokenCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    private protected override object? Target => Name;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        string ns = NamespaceInForce;
        if (ShouldProcess(Session.Describe(ns, Name), "Remove join token, and end what it let in"))
        {
            await new Store(Session.Kubernetes, TimeProvider.System).RemoveAsync(ns, Name, cancellationToken);
            WriteVerbose($"removed join token '{ns}/{Name}' (context {Session.Context.Name})");
        }
    }
}
