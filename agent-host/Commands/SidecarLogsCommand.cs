using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Client;
using Onboarding.Client.Configuration;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;

namespace Onboarding.AgentHost.Commands;

/// <summary><c>sidecar logs</c>: what the sidecar printed. Reads beside the agent, and also where none runs.</summary>
internal sealed class SidecarLogsCommand(
    Func<ParseResult, LoadedConfiguration> load, Option<string> state, Option<string?> socket, OutputChoice choice, TextWriter output, TextWriter errors)
{
    private const int DefaultLines = 50;
    private const int MostLines = 100_000;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    public Command Build()
    {
        var lines = new Option<int>("--lines")
        {
            Description = $"How many lines of each file, at most {MostLines}.",
            DefaultValueFactory = _ => DefaultLines,
            HelpName = "number",
        };
        lines.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count > MostLines))
            {
                result.AddError($"--lines is a number from 0 to {MostLines}.");
            }
        });
        var follow = new Option<bool>("--follow") { Description = "Then print what is added, until Ctrl+C." };
        var command = new Command("logs", "Print the end of what the sidecar wrote, and say in which files.") { lines, follow };
        command.SetAction((parsed, stop) => RunAsync(parsed, parsed.GetValue(lines), parsed.GetValue(follow), stop));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, int lines, bool follow, CancellationToken stop)
    {
        if (await FindAsync(parsed, stop) is not { } files)
        {
            return ExitCodes.Configuration;
        }

        (string Path, LogTail Tail)[] tails = [.. files.Select(f => (f, new LogTail(f)))];
        string shown = "";
        bool isJson = choice.IsJson(parsed);
        try
        {
            foreach ((string path, LogTail tail) in tails)
            {
                shown = Print(path, File.Exists(path) ? tail.Last(lines) : ["(there is no such file yet)"], "", isJson);
            }

            while (follow && !stop.IsCancellationRequested)
            {
                await Task.Delay(BetweenLooks, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                foreach ((string path, LogTail tail) in tails)
                {
                    shown = tail.More() is { Count: > 0 } more ? Print(path, more, shown, isJson) : shown;
                }
            }

            return ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"The sidecar's log can't be read: {e.Message} Next: sudo onboarding-agent sidecar logs");
            return ExitCodes.Failure;
        }
    }

    // The running agent knows where its sidecar writes; without one, the configuration says where the next one would.
    private async Task<IReadOnlyList<string>?> FindAsync(ParseResult parsed, CancellationToken stop)
    {
        string stateDirectory = parsed.GetRequiredValue(state);
        try
        {
            await using var session = new ControlClient(parsed.GetValue(socket) ?? ControlSocket.PathFor(stateDirectory));
            return (await session.GetStatusAsync(stop)).Sidecar.LogFiles;
        }
        catch (OnboardingException e) when (e.ErrorId is ErrorIds.AgentNotRunning or ErrorIds.ControlDenied)
        {
            LoadedConfiguration loaded = load(parsed);
            if (loaded.Onboarding is null || loaded.Agent is null)
            {
                await errors.WriteLineAsync($"[{loaded.ErrorId}] Without a running agent the configuration says where the logs are, and it can't be used. Next: {loaded.NextStep}");
                return null;
            }

            var options = new OnboardingAgentOptions { Onboarding = loaded.Onboarding, Agent = loaded.Agent, StateDirectory = stateDirectory };
            return [.. options.CreateSidecar().Logs.Select(l => l.Path)];
        }
    }

    private string Print(string path, IReadOnlyList<string> lines, string shown, bool isJson)
    {
        if (isJson)
        {
            foreach (string line in lines)
            {
                output.WriteLine(new JsonObject { ["file"] = path, ["line"] = line }.ToJsonString());
            }

            return path;
        }

        if (path != shown)
        {
            output.WriteLine($"==> {path} <==");
        }

        foreach (string line in lines)
        {
            output.WriteLine(line);
        }

        return path;
    }
}
