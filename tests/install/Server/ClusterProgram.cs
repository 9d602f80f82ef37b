using System.Diagnostics;
using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.Install.Server;

/// <summary>The real helm and kubectl, against one cluster.</summary>
internal sealed class ClusterProgram(string kubeconfig, string directory)
{
    public Task<string> HelmAsync(params IReadOnlyList<string> arguments) => RunAsync("helm", 0, arguments);

    public Task<string> KubectlAsync(params IReadOnlyList<string> arguments) => RunAsync("kubectl", 0, arguments);

    /// <summary>Runs one that must end with a code, and returns all that it says.</summary>
    public async Task<string> RunAsync(string program, int code, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Tool.Find(program), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["HOME"] = directory;
        start.Environment["KUBECACHEDIR"] = Path.Combine(directory, "kubectl");
        start.Environment["HELM_CACHE_HOME"] = Path.Combine(directory, "helm");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        // helm says that it follows the chart's links to what kubectl is given, too.
        string said = string.Join('\n', (await errors).Split('\n').Where(l => !l.Contains("found symbolic link in path", StringComparison.Ordinal)));
        process.ExitCode.ShouldBe(code, $"{program} {string.Join(' ', arguments)}\n{await output}{said}");
        return await output + (code == 0 ? "" : said);
    }
}
