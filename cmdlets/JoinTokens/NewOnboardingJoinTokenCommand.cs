using System.Management.Automation;
using System.Security;
using System.Text;
using Onboarding.Client.Errors;
using Onboarding.Cmdlets.Loading;
using Onboarding.Fleet.JoinTokens;
using Store = Onboarding.Fleet.JoinTokens.JoinTokens;

namespace Onboarding.Cmdlets;

/// <summary>Makes tokens that let one machine join one group, once.</summary>
[Cmdlet(VerbsCommon.New, "OnboardingJoinToken", SupportsShouldProcess = true, HelpUri = HelpLink.Root + "New-OnboardingJoinToken")]
[OutputType(typeof(OnboardingJoinToken))]
public sealed class NewOnboardingJoinTokenCommand : FleetCmdlet
{
    /// <summary>The group that it is good for.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Group")]
    [ArgumentCompleter(typeof(WorkloadGroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string WorkloadGroup { get; set; } = "";

    /// <summary>Its name, by which policies admit it; made of the group's if not given.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>How long it can be used first: at most 7 days.</summary>
    [Parameter]
    public TimeSpan ExpiresIn { get; set; } = TimeSpan.FromHours(1);

    /// <summary>File for the token, which only its owner may read. Without it the token is a SecureString of the output.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TokenPath { get; set; }

    /// <summary>Overwrite a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Target => Name ?? WorkloadGroup;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        string ns = NamespaceInForce;
        Store.Check(ns, Name, ExpiresIn);
        string? file = TokenPath is null ? null : FilePath(TokenPath);
        if (!ShouldProcess(Session.Describe(ns, Name ?? WorkloadGroup), $"Make join token for {ns}/{WorkloadGroup}, good for {ExpiresIn}"))
        {
            return;
        }

        if (file is not null && File.Exists(file) && !Force)
        {
            throw new OnboardingException(ModuleErrorIds.FileExists, $"{file} is there already.", "choose another path, or overwrite it: -Force");
        }

        (JoinTokenView stored, string token) = await new Store(Session.Kubernetes, TimeProvider.System).CreateAsync(ns, WorkloadGroup, Name, ExpiresIn, cancellationToken);
        if (file is not null)
        {
            await WriteAsync(file, token, cancellationToken);
        }

        WriteObject(new OnboardingJoinToken(stored, file, file is null ? Secure(token) : null));
    }

    private static async Task WriteAsync(string file, string token, CancellationToken cancellationToken)
    {
        // Never written into: a file that is there may be readable by others, or be a link to somewhere else.
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var stream = new FileStream(file, options);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(token + "\n"), cancellationToken);
    }

    private static SecureString Secure(string token)
    {
        var secure = new SecureString();
        foreach (char c in token)
        {
            secure.AppendChar(c);
        }

        secure.MakeReadOnly();
        return secure;
    }
}
