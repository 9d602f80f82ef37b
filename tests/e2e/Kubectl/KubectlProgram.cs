using System.Diagnostics;
using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.E2E.Kubectl;

/// <summary>Runs the real kubectl.</summary>
public sealed class KubectlProgram(string kubeconfig, string directory)
{
    /// <summary>Runs a command that must succeed.</summary>
    public Task<string> RunAsync(params IReadOnlyList<string> arguments) => RunAsync("", 0, arguments);

    /// <summary>Runs a command that must fail, and returns what it says.</summary>
    public async Task<string> FailAsync(string input, params IReadOnlyList<string> arguments) => await RunAsync(input, 1, arguments);

    public async Task<string> RunAsync(
        string input, int code, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using Process process = Start(arguments, environment);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        string text = await output + await errors;
        process.ExitCode.ShouldBe(code, $"kubectl {string.Join(' ', arguments)}\n{text}");
        return text;
    }

    public Process Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Tool.Find("kubectl"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["HOME"] = directory;
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        foreach (string argument in (string[])["--cache-dir", Path.Combine(directory, "cache"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
