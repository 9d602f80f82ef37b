using System.Management.Automation;
using Onboarding.BootConfiguration.Rendering;
using Onboarding.Client.Errors;
using Onboarding.Cmdlets.Loading;

namespace Onboarding.Cmdlets;

/// <summary>Writes what a machine's sidecar needs to start, as <c>istioctl x workload entry configure</c> does.</summary>
[Cmdlet(VerbsData.Export, "MeshBootConfiguration", SupportsShouldProcess = true, DefaultParameterSetName = ByGroup, HelpUri = HelpLink.Root + "Export-MeshBootConfiguration")]
[OutputType(typeof(FileInfo))]
public sealed partial class ExportMeshBootConfigurationCommand : FleetCmdlet
{
    private const string ByGroup = "WorkloadGroup";
    private const string ByFile = "WorkloadGroupPath";

    /// <summary>The group, in the cluster.</summary>
    [Parameter(ParameterSetName = ByGroup, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Group")]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string WorkloadGroup { get; set; } = "";

    /// <summary>File with the group. Together with <see cref="MeshConfigPath"/> no cluster is asked.</summary>
    [Parameter(ParameterSetName = ByFile, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string WorkloadGroupPath { get; set; } = "";

    /// <summary>File with the mesh configuration; that of the cluster by default.</summary>
    [Parameter(ParameterSetName = ByGroup)]
    [Parameter(ParameterSetName = ByFile)]
    [ValidateNotNullOrEmpty]
    public string? MeshConfigPath { get; set; }

    /// <summary>Directory for the files; made if it isn't there.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The cluster's name in the mesh; looked up by default.</summary>
    [Parameter(ParameterSetName = ByGroup)]
    [Parameter(ParameterSetName = ByFile)]
    public string? ClusterId { get; set; }

    /// <summary>Revision of the control plane; that of the default tag by default.</summary>
    [Parameter(ParameterSetName = ByGroup)]
    [Parameter(ParameterSetName = ByFile)]
    public string? Revision { get; set; }

    /// <summary>Address other workloads reach the machine at.</summary>
    [Parameter(ParameterSetName = ByGroup)]
    [Parameter(ParameterSetName = ByFile)]
    public string? InternalIP { get; set; }

    /// <summary>Address of a machine behind NAT; not together with <see cref="InternalIP"/>.</summary>
    [Parameter(ParameterSetName = ByGroup)]
    [Parameter(ParameterSetName = ByFile)]
    public string? ExternalIP { get; set; }

    /// <summary>Address of the gateway before istiod; that of its Service by default.</summary>
    [Parameter(ParameterSetName = ByGroup)]
    [Parameter(ParameterSetName = ByFile)]
    public string? IngressIP { get; set; }

    /// <summary>Ask for no token, which is a secret: the machine gets one when it joins.</summary>
    [Parameter]
    public SwitchParameter NoToken { get; set; }

    /// <summary>Overwrite files that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool NeedsCluster => ParameterSetName == ByGroup || (ParameterSetName == ByFile && MeshConfigPath is null);

    private protected override object? Target => ParameterSetName switch
    {
        ByGroup => WorkloadGroup,
        ByFile => WorkloadGroupPath,
        _ => Destination,
    };

    private protected override Task ProcessAsync(CancellationToken cancellationToken) =>
        ParameterSetName == ByMachine ? CopyAsync(cancellationToken) : RenderAsync(cancellationToken);

    private async Task RenderAsync(CancellationToken cancellationToken)
    {
        string directory = FilePath(Destination);
        string source = ParameterSetName == ByGroup ? Session.Describe(NamespaceInForce, WorkloadGroup) : FilePath(WorkloadGroupPath);
        if (!ShouldProcess(directory, $"Write boot configuration of {source}"))
        {
            return;
        }

        RefuseToOverwrite(directory);
        RenderResult made = await BootConfigurationRenderer.RenderAsync(
            new RenderOptions
            {
                WorkloadGroupFile = ParameterSetName == ByFile ? FilePath(WorkloadGroupPath) : "",
                Name = WorkloadGroup,
                Namespace = NeedsCluster ? NamespaceInForce : Namespace ?? "",
                MeshConfigFile = MeshConfigPath is null ? "" : FilePath(MeshConfigPath),
                OutputDirectory = directory,
                ClusterId = ClusterId,
                Revision = Revision,
                InternalIP = InternalIP ?? "",
                ExternalIP = ExternalIP ?? "",
                IngressIP = IngressIP ?? "",
                WithoutToken = NoToken,
                Client = NeedsCluster ? Session.Kubernetes : null,
            },
            cancellationToken);
        foreach (string warning in made.Warnings)
        {
            WriteWarning(warning);
        }

        foreach (string name in made.Files)
        {
            WriteObject(new FileInfo(System.IO.Path.Combine(directory, name)));
        }
    }

    private void RefuseToOverwrite(string directory)
    {
        if (!Force && Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new OnboardingException(
                ModuleErrorIds.FileExists, $"{directory} isn't empty.", "choose another -Destination, or overwrite what is there: -Force");
        }
    }
}
