using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Client;
using Onboarding.Testing;

namespace Onboarding.Tests.Integration.Survival;

/// <summary>The agent as a process, and what it says. It is <c>ONBOARDING_AGENT</c>, as CI ships it, or the one that was built.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<JsonObject> _lines = new();
    private readonly ConcurrentQueue<string> _other = new();
    private readonly Task _reading;

    private AgentProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Its process. A wrapper starts it by exec, so that it is also this one.</summary>
    public int Id => _process.Id;

    /// <summary>All that it said that isn't a line of its log: what a runtime says that ends.</summary>
    public string Other => string.Join('\n', _other);

    public IEnumerable<string> Events => _lines.Select(l => (string)l["event"]!);

    public static string Program => Environment.GetEnvironmentVariable("ONBOARDING_AGENT") is { Length: > 0 } agent ? agent : Path.Combine(
        Repository.Root, "agent-host", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name, "onboarding-agent");

    /// <summary>Starts it with these options' configurations.</summary>
    /// <param name="options">The options.</param>
    /// <param name="directory">Where the configurations go.</param>
    /// <param name="wrapper">A shell line that ends with <c>exec "$@"</c>; null to start it as it is.</param>
    public static AgentProcess Start(OnboardingAgentOptions options, TemporaryDirectory directory, string? wrapper = null)
    {
        File.WriteAllText(directory["onboarding.yaml"], options.Onboarding.ToJson().ToJsonString());
        File.WriteAllText(directory["agent.yaml"], options.Agent.ToJson().ToJsonString());
        string[] own =
        [
            Program, "run", "--onboarding-config", directory["onboarding.yaml"], "--agent-config", directory["agent.yaml"],
            "--state-directory", options.StateDirectory, "--log-format", "json",
        ];
        string[] all = wrapper is null ? own : ["/bin/sh", "-ec", wrapper, "sh", .. own];
        return new AgentProcess(Process.Start(new ProcessStartInfo(all[0], all[1..]) { RedirectStandardError = true })!);
    }

    /// <summary>Waits for an event of its log, the first of that name, or one after so many.</summary>
    public async Task<JsonObject> WaitForAsync(string name, int after = 0)
    {
        await Eventually.Is(
            () => Events.Count(e => e == name) > after || _process.HasExited,
            $"{name}; it said:\n{string.Join('\n', _lines.Select(l => l.ToJsonString()))}\n{Other}");
        return _lines.Where(l => (string)l["event"]! == name).ElementAt(after);
    }

    public int Count(string name) => Events.Count(e => e == name);

    /// <summary>Sends it a signal.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Runs a command in its mount and network namespaces.</summary>
    public async Task InsideAsync(params string[] command)
    {
        using var inside = Process.Start("nsenter", ["--mount", "--net", "--target", Id.ToString(CultureInfo.InvariantCulture), "--", .. command]);
        await inside.WaitForExitAsync();
        if (inside.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {inside.ExitCode}.");
        }
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Eventually.Patience);
        await _reading;
        return _process.ExitCode;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith('{') && !IsCutOff(line))
            {
                _lines.Enqueue((JsonObject)JsonNode.Parse(line)!);
            }
            else
            {
                _other.Enqueue(line);
            }
        }
    }

    // The last line of a process that was killed in the middle of it.
    private static bool IsCutOff(string line)
    {
        try
        {
            JsonNode.Parse(line);
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }
}
