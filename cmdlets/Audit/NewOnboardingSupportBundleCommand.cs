using System.Management.Automation;
using Onboarding.Client.Errors;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.Support;

namespace Onboarding.Cmdlets;

/// <summary>Writes what someone who helps has to see of a cluster into one file, without secrets.</summary>
[Cmdlet(VerbsCommon.New, "OnboardingSupportBundle", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "New-OnboardingSupportBundle")]
[OutputType(typeof(FileInfo))]
public sealed class NewOnboardingSupportBundleCommand : FleetCmdlet
{
    /// <summary>The file, a ZIP.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>An audit log to take in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AuditPath { get; set; }

    /// <summary>Overwrite a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Target => Path;

    private protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        string file = FilePath(Path);
        if (!ShouldProcess(file, $"Write support bundle of context {Session.Context.Name}"))
        {
            return;
        }

        if (File.Exists(file))
        {
            if (!Force)
            {
                throw new OnboardingException(ModuleErrorIds.FileExists, $"{file} is there already.", "choose another path, or overwrite it: -Force");
            }

            File.Delete(file);
        }

        IReadOnlyList<string> missing = await new SupportBundle(Session, TimeProvider.System)
            .WriteAsync(file, AuditPath is null ? null : FilePath(AuditPath), cancellationToken);
        foreach (string what in missing)
        {
            WriteWarning($"The bundle lacks {what}");
        }

        WriteObject(new FileInfo(file));
    }
}
