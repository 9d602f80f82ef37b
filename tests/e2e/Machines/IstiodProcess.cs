using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>An istiod of another revision, as a process of its own: it shares with the plane's istiod what two of a mesh share, and nothing else.</summary>
internal sealed class IstiodProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<string, int> _proxies = [];
    private Task _reading = Task.CompletedTask;

    private IstiodProcess(Process process, int port)
    {
        _process = process;
        Address = new IPEndPoint(IPAddress.Loopback, port);
    }

    public IPEndPoint Address { get; }

    /// <summary>The ids of proxies that it has accepted.</summary>
    public IEnumerable<string> Proxies => _proxies.Keys;

    /// <summary>Starts one.</summary>
    /// <param name="authority">The directory of the mesh's authority.</param>
    /// <param name="kubeconfig">How it reaches the API server.</param>
    /// <param name="revision">Its revision.</param>
    public static async Task<IstiodProcess> StartAsync(string authority, string kubeconfig, string revision)
    {
        // bin/<configuration>/<framework>, the same for all.
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string program = Path.Combine(Repository.Root, "tests/istiod-revision/bin", output.Parent!.Name, output.Name, "istiod-revision");
        Process process = Process.Start(new ProcessStartInfo(program, [authority, kubeconfig, revision]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        string? port = await process.StandardOutput.ReadLineAsync();
        var istiod = new IstiodProcess(process, int.Parse(port ?? "", CultureInfo.InvariantCulture));
        istiod._reading = istiod.ReadAsync();
        return istiod;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } proxy)
        {
            _proxies.TryAdd(proxy, 0);
        }
    }
}
