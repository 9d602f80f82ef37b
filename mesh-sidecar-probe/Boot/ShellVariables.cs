using System.Diagnostics;
using System.Text;

namespace Onboarding.SidecarProbe.Boot;

/// <summary>Reads a file of shell assignments with a shell, as a sidecar's start script does: nothing else reads it the same way.</summary>
internal static class ShellVariables
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // What a shell sets on its own account, which says nothing about the file.
    private static readonly string[] Own = ["PWD", "OLDPWD", "SHLVL", "_"];

    /// <exception cref="InvalidDataException">The shell can't read it, or the file runs something that fails.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string file, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            ArgumentList = { "-e", "-c", "set -a; . \"$1\"; exec /bin/cat /proc/self/environ", "sh", Path.GetFullPath(file) },
        };
        start.Environment.Clear();
        using Process shell = Process.Start(start) ?? throw new InvalidDataException("/bin/sh doesn't start");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            shell.StandardInput.Close();
            Task<string> output = shell.StandardOutput.ReadToEndAsync(limit.Token);
            string error = await shell.StandardError.ReadToEndAsync(limit.Token);
            string environment = await output;
            await shell.WaitForExitAsync(limit.Token);
            return shell.ExitCode == 0 ? Parse(environment) : throw new InvalidDataException($"a shell can't source it: {error.Trim()}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            shell.Kill(entireProcessTree: true);
            throw new InvalidDataException($"a shell isn't done with it after {Limit.TotalSeconds} s");
        }
    }

    private static Dictionary<string, string> Parse(string environment)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string assignment in environment.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && !Own.Contains(assignment[..equals]))
            {
                variables[assignment[..equals]] = assignment[(equals + 1)..];
            }
        }

        return variables;
    }
}
