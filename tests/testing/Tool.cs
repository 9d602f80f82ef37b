using System.ComponentModel;
using System.Diagnostics;

namespace Onboarding.Testing;

/// <summary>Programs that some suites need and not every machine has.</summary>
public static class Tool
{
    /// <summary>Where building <c>tests/tools</c> installs the programs that a machine may lack.</summary>
    public static string Directory { get; } = Path.Combine(Repository.Root, "artifacts", "tools", "bin");

    /// <summary>The program that was installed for the tests; where there is none of that name, the one on PATH.</summary>
    public static string Find(string program) => Path.Combine(Directory, program) is var installed && File.Exists(installed) ? installed : program;

    /// <summary>Why a program can't be used: it isn't there, or it fails with these arguments.</summary>
    /// <returns>The reason; null if it can.</returns>
    public static string? WhyMissing(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"`{program} {string.Join(' ', arguments)}` fails: {error.Trim().Split('\n')[^1]}";
        }
        catch (Win32Exception e)
        {
            return $"{program} isn't installed: {e.Message}";
        }
    }
}
