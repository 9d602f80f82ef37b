using System.Management.Automation;
using System.Text;
using Onboarding.Api.Reading;
using Onboarding.Client.Configuration;
using Onboarding.Cmdlets.Loading;
using Onboarding.Cmdlets.Pipeline;

namespace Onboarding.Cmdlets;

/// <summary>Says everything that is wrong with a file, with line and column. Needs no network.</summary>
[Cmdlet(VerbsDiagnostic.Test, "OnboardingConfiguration", HelpUri = HelpLink.Root + "Test-OnboardingConfiguration")]
[OutputType(typeof(ConfigurationProblem), typeof(bool))]
public sealed class TestOnboardingConfigurationCommand : AsyncCmdlet
{
    private const string ByPath = "Path";
    private const string ByText = "InputObject";
    private readonly List<string> _lines = [];

    /// <summary>The file: OnboardingConfiguration, AgentConfiguration, OnboardingPolicy, OnboardingPlane or WorkloadGroup.</summary>
    [Parameter(ParameterSetName = ByPath, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The text of such a file.</summary>
    [Parameter(ParameterSetName = ByText, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = "";

    /// <summary>Write true or false, for <c>if</c>; warnings don't count.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Write an object with severity Pass if nothing is wrong.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Target => ParameterSetName == ByPath ? Path : null;

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == ByText && !InputObject.Contains('\n', StringComparison.Ordinal))
        {
            // A line of Get-Content's: the text is all of them.
            _lines.Add(InputObject);
            return;
        }

        string? file = ParameterSetName == ByPath ? FilePath(Path) : null;
        Check(file is null ? Encoding.UTF8.GetBytes(InputObject) : await File.ReadAllBytesAsync(file, cancellationToken), file);
    }

    private protected override Task EndAsync(CancellationToken cancellationToken)
    {
        if (_lines.Count > 0)
        {
            Check(Encoding.UTF8.GetBytes(string.Join('\n', _lines) + "\n"), null);
        }

        return Task.CompletedTask;
    }

    private void Check(byte[] content, string? file)
    {
        IReadOnlyList<Problem> problems = ConfigurationChecker.Check(content);
        if (Quiet)
        {
            WriteObject(problems.All(p => p.Severity != ProblemSeverity.Error));
            return;
        }

        foreach (Problem problem in problems)
        {
            WriteObject(ConfigurationProblem.FromProblem(problem, file));
        }

        if (PassThru && problems.Count == 0)
        {
            WriteObject(ConfigurationProblem.Pass(file));
        }
    }
}
