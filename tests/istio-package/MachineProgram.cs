using System.Diagnostics;

namespace Onboarding.Tests.IstioPackage;

/// <summary>Runs programs of the machine.</summary>
internal static class MachineProgram
{
    /// <summary>Runs one that has to work.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="MachineProgramException">It doesn't.</exception>
    public static string Run(string program, string arguments, string input = "")
    {
        (int code, string output, string error) = Execute(program, arguments, input);
        return code == 0 ? output : throw new MachineProgramException($"{program} {arguments}: exit status {code}: {error.Trim()}");
    }

    /// <summary>Runs one that may fail.</summary>
    public static void Try(string program, string arguments) => Execute(program, arguments, "");

    private static (int Code, string Output, string Error) Execute(string program, string arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
