using System.Diagnostics;
using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.E2E.Kubectl;

/// <summary>Runs the real helm.</summary>
public sealed class HelmProgram(string kubeconfig, string directory)
{
    /// <summary>Runs a command that must succeed.</summary>
    public async Task<string> RunAsync(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Tool.Find("helm")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in (IEnumerable<(string, string)>)
            [
                ("KUBECONFIG", kubeconfig), ("HOME", directory), ("HELM_CACHE_HOME", Path.Combine(directory, "helm-cache")),
                ("HELM_CONFIG_HOME", Path.Combine(directory, "helm-config")), ("HELM_DATA_HOME", Path.Combine(directory, "helm-data")),
            ])
        {
            start.Environment[name] = value;
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        string text = await output + await errors;
        process.ExitCode.ShouldBe(0, $"helm {string.Join(' ', arguments)}\n{text}");
        return text;
    }
}
