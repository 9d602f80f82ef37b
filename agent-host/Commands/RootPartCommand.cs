using System.CommandLine;
using Onboarding.AgentHost.Logging;
using Onboarding.Api.Configuration;
using Onboarding.Client.Configuration;
using Onboarding.Client.Sidecar.RootPart;
using Onboarding.Client.State;

namespace Onboarding.AgentHost.Commands;

/// <summary><c>onboarding-agent root-part</c>: what the package's socket unit starts as root. It isn't for people.</summary>
internal static class RootPartCommand
{
    private const string OwnState = "/var/lib/onboarding-agent-root";

    /// <summary>The command.</summary>
    /// <param name="errors">Where to log.</param>
    public static Command Build(TextWriter errors)
    {
        var command = new Command("root-part", "Do one thing that needs root for the agent; started by systemd.") { Hidden = true };
        command.SetAction(async (_, _) =>
        {
            // Of root's files alone: no option and no variable says where they are.
            var loaded = LoadedConfiguration.Read(new ConfigurationPaths(ConfigurationPaths.DefaultOnboarding, ConfigurationPaths.DefaultAgent));
            if (loaded.Onboarding is not { } onboarding)
            {
                await errors.WriteLineAsync($"[{loaded.ErrorId}] {loaded.Errors.First()} Next: {loaded.NextStep}");
                return ExitCodes.Configuration;
            }

            using var log = new AgentLog(errors, LogFormat.Text, TimeProvider.System, JournalStream.IsStandardError);
            var service = new RootPartService(
                StateDirectory.DefaultPath, OwnState, $"{onboarding.WorkloadGroup.Namespace}.{onboarding.WorkloadGroup.Name}", (loaded.Agent ?? new AgentConfiguration()).Sidecar.Capture, log);
            await using Stream input = Console.OpenStandardInput();
            await using Stream output = Console.OpenStandardOutput();
            await service.AnswerAsync(input, output);
            return ExitCodes.Success;
        });
        return command;
    }
}
