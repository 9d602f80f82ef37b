using System.Diagnostics;
using Onboarding.Testing;

namespace Onboarding.Tests.PowerShell;

/// <summary>The PowerShell that tests run in: <c>ONBOARDING_PWSH</c>, else <c>pwsh</c> on PATH.</summary>
internal static class PowerShellHost
{
    private const string Requirement =
        "$v = Get-Module Pester -ListAvailable | Where-Object { $_.Version.Major -eq 5 }; if ($PSVersionTable.PSVersion -lt '7.6') { throw \"the module needs PowerShell 7.6, this is $($PSVersionTable.PSVersion)\" }; if (!$v) { throw 'it has no Pester 5: Install-PSResource Pester -Version 5.*' }";

    // Some fifty short-lived processes: code that is compiled once more, the better way, has no time left to pay for it. This halves
    // what the suite costs. What somebody set, stays.
    private static readonly (string Name, string Value)[] Settings =
    [
        ("DOTNET_TieredPGO", "0"),
        ("DOTNET_TC_CallCountingDelayMs", "1388"), // hexadecimal: 5000
        ("POWERSHELL_TELEMETRY_OPTOUT", "1"),
        ("POWERSHELL_UPDATECHECK", "Off"),
    ];

    private static readonly Lazy<string?> Missing = new(() => Tool.WhyMissing(Program, "-NoProfile", "-NonInteractive", "-Command", Requirement));

    public static string Program => Environment.GetEnvironmentVariable("ONBOARDING_PWSH") is { Length: > 0 } given ? given : "pwsh";

    /// <summary>Why the tests can't run; null if they can.</summary>
    public static string? WhyMissing => Missing.Value;

    /// <summary>Runs the tests of one file in a process of its own.</summary>
    public static async Task<PesterResults> RunAsync(string file)
    {
        using var directory = new TemporaryDirectory();
        string results = Path.Combine(directory.Path, "results.json");
        var start = new ProcessStartInfo(Program)
        {
            ArgumentList =
            {
                "-NoProfile", "-NonInteractive", "-File", Path.Combine(PesterFiles.Root, "Invoke-Tests.ps1"),
                "-Path", file, "-ResultPath", results, "-Verbosity", "None",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in Settings)
        {
            start.Environment.TryAdd(name, value);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return File.Exists(results)
            ? PesterResults.Read(await File.ReadAllTextAsync(results))
            : throw new InvalidOperationException($"{file} couldn't be run (exit code {process.ExitCode}):\n{await output}\n{await error}");
    }
}
