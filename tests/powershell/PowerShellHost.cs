using System.Diagnostics;
using Onboarding.Testing;

namespace Onboarding.Tests.PowerShell;

/// <summary>The PowerShell that tests run in: the .NET tool that building <c>tests/tools</c> installs, so that they never skip.</summary>
internal static class PowerShellHost
{
    // Some fifty short-lived processes: code that is compiled once more, the better way, has no time left to pay for it. This halves
    // what the suite costs. A value that is set already stays.
    private static readonly (string Name, string Value)[] Settings =
    [
        ("DOTNET_TieredPGO", "0"),
        ("DOTNET_TC_CallCountingDelayMs", "1388"), // hexadecimal: 5000
        ("POWERSHELL_TELEMETRY_OPTOUT", "1"),
        ("POWERSHELL_UPDATECHECK", "Off"),
    ];

    private static string Program { get; } = Path.Combine(Tool.Directory, "pwsh");

    /// <summary>Runs the tests of one file in a process of its own.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pester">Major version of Pester.</param>
    /// <param name="tag">Runs only tests with this tag; null runs all.</param>
    public static async Task<PesterResults> RunAsync(string file, int pester, string? tag = null)
    {
        using var directory = new TemporaryDirectory();
        string results = Path.Combine(directory.Path, "results.json");
        var start = new ProcessStartInfo(Program)
        {
            ArgumentList =
            {
                "-NoProfile", "-NonInteractive", "-File", Path.Combine(PesterFiles.Root, "Invoke-Tests.ps1"),
                "-Path", file, "-ResultPath", results, "-Verbosity", "None", "-PesterVersion", $"{pester}",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in tag is null ? [] : (string[])["-Tag", tag])
        {
            start.ArgumentList.Add(argument);
        }

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
            : throw new InvalidOperationException($"{file} could not be run (exit code {process.ExitCode}):\n{await output}\n{await error}");
    }
}
