using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api;

namespace Onboarding.Kubernetes.Authentication;

/// <summary>
/// Runs a credential plugin by the protocol of <c>client.authentication.k8s.io</c>. Ours, because the package splits arguments at
/// spaces, and runs a plugin twice, which uses up a one-time code.
/// </summary>
internal static class ExecCredentialProcess
{
    private const int OutputLimit = 1024 * 1024;
    private const int ErrorLimit = 1024;
    private static readonly TimeSpan AfterExit = TimeSpan.FromSeconds(1);

    /// <summary>What the program printed.</summary>
    public static async Task<string> RunAsync(ExecCredentialPlugin plugin, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(plugin.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using Process process = Start(plugin);
        try
        {
            process.StandardInput.Close(); // no one is there to answer a question
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
            Task<string> output = ReadAsync(process.StandardOutput, OutputLimit, either.Token, enough.Token);
            Task<string> error = ReadAsync(process.StandardError, ErrorLimit, either.Token, enough.Token);
            await process.WaitForExitAsync(either.Token);
            try
            {
                await Task.WhenAll(output, error).WaitAsync(AfterExit, clock, either.Token);
            }
            catch (TimeoutException)
            {
                // A child that it left behind (an agent for the next time) holds its output open, perhaps for ever.
                await enough.CancelAsync();
            }

            return process.ExitCode == 0
                ? await output
                : throw new KubeConfigException(
                    $"The credential plugin '{plugin.Command}' failed with exit code {process.ExitCode}: {Redaction.Apply(await error)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubeConfigException(
                $"The credential plugin '{plugin.Command}' took longer than {plugin.Timeout.TotalSeconds:0.#} s. Run it by hand to see whether it waits for an answer.");
        }
        finally
        {
            Kill(process);
        }
    }

    private static Process Start(ExecCredentialPlugin plugin)
    {
        var start = new ProcessStartInfo(plugin.Command, plugin.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach ((string name, string value) in plugin.Environment)
        {
            start.Environment[name] = value;
        }

        var spec = new JsonObject { ["interactive"] = false };
        spec.Put("cluster", plugin.Cluster?.DeepClone());
        var info = new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
        start.Environment["KUBERNETES_EXEC_INFO"] = info.ToJsonString();
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            string hint = plugin.InstallHint is null ? "" : $" {plugin.InstallHint}";
            throw new KubeConfigException($"Can't start the credential plugin '{plugin.Command}': {e.Message}.{hint}", e);
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, int limit, CancellationToken cancellationToken, CancellationToken enough)
    {
        var text = new StringBuilder();
        char[] buffer = new char[4096];
        int read;
        try
        {
            while ((read = await reader.ReadAsync(buffer, enough)) > 0)
            {
                // The rest is read too, lest the program blocks on a full pipe, but not kept.
                text.Append(buffer, 0, Math.Min(read, Math.Max(0, limit - text.Length)));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What it printed while it ran is its answer.
        }

        return text.ToString();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
