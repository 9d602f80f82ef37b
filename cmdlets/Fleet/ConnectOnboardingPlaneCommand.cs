using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Cmdlets.Pipeline;
using Onboarding.Fleet.Contexts;

namespace Onboarding.Cmdlets;

/// <summary>Chooses the cluster that the fleet cmdlets of this process work on. Asks no server.</summary>
[Cmdlet(VerbsCommunications.Connect, "OnboardingPlane", HelpUri = HelpLink.Root + "Connect-OnboardingPlane")]
[OutputType(typeof(OnboardingContext))]
public sealed class ConnectOnboardingPlaneCommand : AsyncCmdlet
{
    /// <summary>A context of the kubeconfig, or a plane that this process started.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>The kubeconfig; those kubectl would read by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? KubeConfig { get; set; }

    /// <summary>Namespace instead of the context's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Address of the onboarding endpoint, for what dials it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Endpoint { get; set; }

    /// <summary>Write the context.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Target => Context;

    private protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        ClusterContext found = ContextFinder.Find(Context, KubeConfig is null ? null : FilePath(KubeConfig), Namespace);
        // What can't be used should be said now, not by the next cmdlet.
        _ = found.Configure();
        ClusterContext connected = found.Source == ContextFinder.FromKubeconfig
            ? found with { Source = "Connect-OnboardingPlane", Endpoint = Endpoint }
            : found with { Endpoint = Endpoint ?? found.Endpoint };
        ConnectedContext.Connect(connected);
        if (PassThru)
        {
            WriteObject(new OnboardingContext(connected, current: true));
        }

        return Task.CompletedTask;
    }
}
