using System.Diagnostics;
using System.Text.Json;
using Onboarding.Kubernetes;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;

namespace Onboarding.Bench.ControlPlane;

/// <summary>The endpoint with its embedded control plane, as a process of its own.</summary>
internal sealed class EmbeddedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryDirectory _directory;

    private EmbeddedProcess(Process process, TemporaryDirectory directory, string kubeconfig)
    {
        _process = process;
        _directory = directory;
        Administrator = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
    }

    public KubernetesClientConfiguration Administrator { get; }

    public static async Task<EmbeddedProcess> StartAsync()
    {
        var directory = new TemporaryDirectory();
        string[] arguments =
        [
            "--data-directory", directory["plane"], "--port", "0", "--embedded-api-port", "0", "--embedded-istiod-port", "0",
        ];
        Process process = Process.Start(new ProcessStartInfo(BuiltPrograms.Lab, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("kubeconfig", out JsonElement kubeconfig))
            {
                return new EmbeddedProcess(process, directory, kubeconfig.GetString()!);
            }
        }

        throw new InvalidOperationException($"The plane didn't start. See why: {BuiltPrograms.Lab} {string.Join(' ', arguments)}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }
}
