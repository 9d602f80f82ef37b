using System.Management.Automation;
using Onboarding.Client.Checks;
using Onboarding.Client.Local;
using Onboarding.Client.Logging;
using Onboarding.Cmdlets.Loading;

namespace Onboarding.Cmdlets;

/// <summary>Looks, before this machine joins, at everything a join needs; changes nothing, on the machine or at the plane.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MeshOnboarding", DefaultParameterSetName = FileSet, HelpUri = HelpLink.Root + "Test-MeshOnboarding")]
[OutputType(typeof(OnboardingCheck), typeof(bool))]
public sealed class TestMeshOnboardingCommand : JoinCmdlet
{
    /// <summary>Only these categories, and what they need.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CheckCategoryCompleter))]
    public string[] Category { get; set; } = [];

    /// <summary>Names of checks to leave out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CheckNameCompleter))]
    public string[] SkipCheck { get; set; } = [];

    /// <summary>Only whether none failed: for an <c>if</c>.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        Require(Category, MachineChecks.Categories, nameof(Category));
        Require(SkipCheck, MachineChecks.Names, nameof(SkipCheck));
        return Task.CompletedTask;
    }

    private protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        bool good = await InTimeAsync(CheckAsync, cancellationToken);
        if (Quiet)
        {
            WriteObject(good);
        }
    }

    private async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        bool good = true;
        await foreach (OnboardingCheckResult check in MachineChecks.RunAsync(Request(), Category, SkipCheck, Log, cancellationToken))
        {
            good &= check.Status != CheckStatus.Fail;
            if (!Quiet)
            {
                WriteObject(new OnboardingCheck(check));
            }
        }

        return good;
    }

    private static void Require(string[] given, IReadOnlyList<string> known, string parameter)
    {
        if (given.FirstOrDefault(g => !known.Contains(g, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new PSArgumentException($"There is no '{unknown}'; there are: {string.Join(", ", known)}.", parameter);
        }
    }

    private void Log(LogSeverity severity, string line) => WriteDebug(line);
}
