using System.Diagnostics;
using System.Globalization;
using Shouldly;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>
/// Namespaces of their own (mounts, network, processes, host name), held by a shell that reads its standard input. No one else holds that pipe:
/// however this process ends, the shell ends, and with it every process, mount and interface inside.
/// </summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // Says its process id as this process sees it, before /proc is mounted again.
    private const string Holder = """
        set -e
        read -r pid _ </proc/self/stat
        mount -t proc proc /proc
        ip link set lo up
        eval "$1"
        echo "ready $pid"
        while read -r _; do :; done
        """;

    private readonly Process _holder;

    private Sandbox(Process holder, int processId)
    {
        _holder = holder;
        ProcessId = processId;
    }

    /// <summary>The process whose namespaces they are.</summary>
    public int ProcessId { get; }

    /// <summary>Makes one.</summary>
    /// <param name="script">Prepares it, in bash.</param>
    public static async Task<Sandbox> StartAsync(string script)
    {
        var start = new ProcessStartInfo("unshare", ["--mount", "--net", "--pid", "--uts", "--fork", "bash", "-c", Holder, "bash", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process holder = Process.Start(start)!;
        Task<string> errors = holder.StandardError.ReadToEndAsync();
        while (await holder.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                return new Sandbox(holder, int.Parse(line["ready ".Length..], CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException($"No namespaces: {await errors}");
    }

    /// <summary>How a file inside is reached from here.</summary>
    public string File(string path) => string.Create(CultureInfo.InvariantCulture, $"/proc/{ProcessId}/root{path}");

    /// <summary>Runs a line of shell inside, and waits.</summary>
    public async Task<(int Code, string Output)> TryAsync(string script)
    {
        using Process process = Start(["bash", "-c", script]);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        string error = await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, output + error);
    }

    /// <summary>Runs a line of shell inside that has to work.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(string script)
    {
        (int code, string output) = await TryAsync(script);
        code.ShouldBe(0, $"{script}\n{output}");
        return output;
    }

    /// <summary>Starts a program inside, with the environment a service manager would give it, and no more.</summary>
    public Process Start(IEnumerable<string> command)
    {
        var start = new ProcessStartInfo(
            "nsenter",
            [
                "--target", ProcessId.ToString(CultureInfo.InvariantCulture), "--mount", "--net", "--pid", "--uts",
                "env", "-i", $"PATH={Path}", "HOME=/root", $"DOTNET_ROOT={Machine.DotnetRoot}", "sh", "-c", "cd / && exec \"$@\"", "sh", .. command,
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    public async ValueTask DisposeAsync()
    {
        _holder.StandardInput.Close();
        await _holder.WaitForExitAsync();
        _holder.Dispose();
    }
}
