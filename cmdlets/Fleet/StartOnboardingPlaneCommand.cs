using System.Management.Automation;
using Onboarding.Cmdlets.Loading;
using Onboarding.Cmdlets.Pipeline;
using Onboarding.Fleet.Contexts;
using Onboarding.Laptop.Planes;

namespace Onboarding.Cmdlets;

/// <summary>Starts a plane with an embedded control plane on this machine; it ends with this process.</summary>
[Cmdlet(VerbsLifecycle.Start, "OnboardingPlane", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "Start-OnboardingPlane")]
[OutputType(typeof(OnboardingPlane))]
public sealed class StartOnboardingPlaneCommand : AsyncCmdlet
{
    /// <summary>Where it keeps its data; <c>~/.onboarding/embedded</c> by default.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>Port for agents; 0 for any. By default 15443, or another if that is taken.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int? Port { get; set; }

    /// <summary>Something to look at.</summary>
    [Parameter]
    public PlaneSample Sample { get; set; }

    /// <summary>The plane's program, <c>onboarding-lab</c>; by default ONBOARDING_ENDPOINT, PATH, or the .NET tools of the user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EndpointPath { get; set; }

    /// <summary>Don't make it the context of the fleet cmdlets.</summary>
    [Parameter]
    public SwitchParameter NoConnect { get; set; }

    /// <summary>Accepted and implied: a plane that this cmdlet starts brings its own control plane.</summary>
    [Parameter]
    public SwitchParameter Embedded { get; set; }

    /// <summary>Seconds it may take to be ready.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 60;

    private protected override async Task BeginAsync(CancellationToken cancellationToken)
    {
        string directory = DataDirectory is null ? LaptopPlaneOptions.DefaultDataDirectory : FilePath(DataDirectory);
        if (!ShouldProcess($"{EmbeddedPlanes.NameOf(directory)} (data in {directory})", "Start plane"))
        {
            return;
        }

        var options = new LaptopPlaneOptions
        {
            DataDirectory = directory,
            Port = Port,
            EndpointPath = EndpointPath is null ? null : FilePath(EndpointPath),
            Sample = Sample == PlaneSample.Bookinfo,
            Patience = TimeSpan.FromSeconds(TimeoutSec),
        };
        EmbeddedPlane plane = await EmbeddedPlanes.StartAsync(options, WriteDebug, cancellationToken);
        WriteVerbose($"plane '{plane.Name}' listens on {plane.Endpoint}, process {plane.ProcessId}; it ends with this process");
        if (!NoConnect)
        {
            ConnectedContext.Connect(plane.Context);
        }

        WriteObject(new OnboardingPlane(plane));
    }
}

/// <summary>What can be put into a plane to look at.</summary>
public enum PlaneSample
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Bookinfo's ratings service, to be joined by this machine.</summary>
    Bookinfo = 1,
}
