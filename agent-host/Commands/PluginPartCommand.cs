using System.CommandLine;
using System.Net.Sockets;
using Onboarding.AgentHost.Logging;
using Onboarding.Client.Channel;
using Onboarding.Client.Configuration;
using Onboarding.Client.PluginPart;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.AgentHost.Commands;

/// <summary><c>onboarding-agent plugin-part</c>: what the package's socket unit starts for each call of a plugin. It isn't for people.</summary>
internal static class PluginPartCommand
{
    /// <summary>The command.</summary>
    /// <param name="load">Reads the configuration, as the service does.</param>
    /// <param name="errors">Where to log.</param>
    public static Command Build(Func<ParseResult, LoadedConfiguration> load, TextWriter errors)
    {
        var command = new Command("plugin-part", "Run one plugin for the agent; started by systemd.") { Hidden = true };
        command.SetAction(async (parsed, _) =>
        {
            LoadedConfiguration loaded = load(parsed);
            if (loaded.Agent is not { } agent)
            {
                await errors.WriteLineAsync($"[{loaded.ErrorId}] {loaded.Errors.First()} Next: {loaded.NextStep}");
                return ExitCodes.Configuration;
            }

            if (AgentGroup.IsHeld("/"))
            {
                NameLookups.UseTcp();
            }

            using var log = new AgentLog(errors, LogFormat.Text, TimeProvider.System, JournalStream.IsStandardError);
            // Standard input is the connection.
            using var socket = new Socket(new SafeSocketHandle(0, ownsHandle: false));
            await using var stream = new NetworkStream(socket);
            await new PluginPartService(agent, TimeProvider.System, log.CreateLogger(nameof(PluginPartService))).AnswerAsync(stream, stream);
            return ExitCodes.Success;
        });
        return command;
    }
}
