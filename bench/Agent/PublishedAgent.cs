using System.Diagnostics;
using System.Runtime.InteropServices;
using Onboarding.Quickstart.Processes;

namespace Onboarding.Bench.Agent;

/// <summary>The agent as it ships: what <c>dotnet publish</c> makes of it for this machine.</summary>
/// <param name="Program">The executable.</param>
/// <param name="Bytes">Everything that lies beside it, and itself.</param>
internal sealed record PublishedAgent(string Program, long Bytes)
{
    /// <summary>Publishes it with the settings of its project, warnings as errors.</summary>
    public static async Task<PublishedAgent> MakeAsync(string directory)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "publish", BuiltPrograms.InCheckout("agent-host"), "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier,
                "--output", directory, "--nologo", "-clp:ErrorsOnly", "-maxcpucount:1",
            },
        };
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Measure(Path.Combine(directory, "onboarding-agent"))
            : throw new InvalidOperationException("The agent wasn't published; the reason is above.");
    }

    /// <summary>One that is there.</summary>
    public static PublishedAgent Measure(string program) =>
        new(program, new DirectoryInfo(Path.GetDirectoryName(program)!).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length));
}
