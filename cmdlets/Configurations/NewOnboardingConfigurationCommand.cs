using System.Collections;
using System.Management.Automation;
using Onboarding.Client.Configuration;
using Onboarding.Client.Errors;
using Onboarding.Cmdlets.Loading;
using Onboarding.Cmdlets.Pipeline;

namespace Onboarding.Cmdlets;

/// <summary>Writes the file that tells an agent where to connect and which group to join.</summary>
[Cmdlet(VerbsCommon.New, "OnboardingConfiguration", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "New-OnboardingConfiguration")]
[OutputType(typeof(FileInfo), typeof(string))]
public sealed class NewOnboardingConfigurationCommand : AsyncCmdlet
{
    /// <summary>The file; without it the text is written to the pipeline.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Host of the endpoint; a port other than 15443 after a colon.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Endpoint { get; set; } = "";

    /// <summary>Namespace of the group.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Namespace { get; set; } = "";

    /// <summary>The group to join.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Group")]
    [ValidateNotNullOrEmpty]
    public string WorkloadGroup { get; set; } = "";

    /// <summary>Labels of the workload.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public Hashtable Label { get; set; } = [];

    /// <summary>Name to expect in the endpoint's certificate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>PEM file, on the machine, with the authorities to trust instead of the machine's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("CACert")]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthorityPath { get; set; }

    /// <summary>How the workload is reached.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet("VPC", "INTERNET")]
    public string? ConnectedOver { get; set; }

    /// <summary>Overwrite a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Target => Path;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        string yaml = new ConfigurationDraft
        {
            Endpoint = Endpoint,
            Namespace = Namespace,
            WorkloadGroup = WorkloadGroup,
            ServerName = ServerName,
            CertificateAuthority = CertificateAuthorityPath,
            ConnectedOver = ConnectedOver,
            Labels = Label.Keys.Cast<object>().ToDictionary(k => k.ToString()!, k => LanguagePrimitives.ConvertTo<string>(Label[k]), StringComparer.Ordinal),
        }.ToYaml();
        if (Path is null)
        {
            WriteObject(yaml);
            return;
        }

        string file = FilePath(Path);
        if (!ShouldProcess(file, "Write OnboardingConfiguration"))
        {
            return;
        }

        if (File.Exists(file) && !Force)
        {
            throw new OnboardingException(ModuleErrorIds.FileExists, $"{file} is there already.", "choose another path, or overwrite it: -Force");
        }

        await File.WriteAllTextAsync(file, yaml, cancellationToken);
        WriteObject(new FileInfo(file));
    }
}
