using System.Management.Automation;
using System.Text;
using Onboarding.Api.Reading;
using Onboarding.Client.Configuration;
using Onboarding.Cmdlets.Pipeline;

namespace Onboarding.Cmdlets;

/// <summary>Says everything that is wrong with a file, with line and column. Needs no network.</summary>
[Cmdlet(VerbsDiagnostic.Test, "OnboardingConfiguration")]
[OutputType(typeof(ConfigurationProblem), typeof(bool))]
public sealed class TestOnboardingConfigurationCommand : AsyncCmdlet
{
    private const string ByPath = "Path";
    private const string ByText = "InputObject";

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
        string? file = ParameterSetName == ByPath ? FilePath(Path) : null;
        byte[] content = file is null ? Encoding.UTF8.GetBytes(InputObject) : await File.ReadAllBytesAsync(file, cancellationToken);
        IReadOnlyList<Problem> problems = ConfigurationChecker.Check(content);
        if (Quiet)
        {
            WriteObject(problems.All(p => p.Severity != ProblemSeverity.Error));
            return;
        }

        foreach (Problem problem in problems)
        {
            WriteObject(ConfigurationProblem.Of(problem, file));
        }

        if (PassThru && problems.Count == 0)
        {
            WriteObject(ConfigurationProblem.Pass(file));
        }
    }
}
