using System.CommandLine;
using Onboarding.AgentHost.Logging;
using Onboarding.Api.Configuration;
using Onboarding.Client.Configuration;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar.RootPart;
using Onboarding.Client.State;

namespace Onboarding.AgentHost.Commands;

/// <summary><c>onboarding-agent root-part</c>: what the package's units start as root. It isn't for people.</summary>
internal static class RootPartCommand
{
    private const string OwnState = "/var/lib/onboarding-agent-root";

    /// <summary>The command.</summary>
    /// <param name="errors">Where to log.</param>
    public static Command Build(TextWriter errors)
    {
        var command = new Command("root-part", "Do one thing that needs root for the agent; started by systemd.") { Hidden = true };
        var abandoned = new Option<bool>("--abandoned") { Description = "Wait for an agent to be back, and clean up after its sidecar if none is." };
        Option<int?> after = SecondsOption.Create("--after", "How long an agent may take to be back.");
        command.Options.Add(abandoned);
        command.Options.Add(after);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(abandoned))
            {
                return await CleanUpAsync(parsed.GetValue(after), errors, cancellationToken);
            }

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

    // It reads no configuration: a broken one may be why no agent is back.
    private static async Task<int> CleanUpAsync(int? after, TextWriter errors, CancellationToken cancellationToken)
    {
        using var log = new AgentLog(errors, LogFormat.Text, TimeProvider.System, JournalStream.IsStandardError);
        try
        {
            TimeSpan deadline = after is { } seconds ? TimeSpan.FromSeconds(seconds) : AbandonedSidecar.Deadline;
            await new AbandonedSidecar(OwnState, TimeProvider.System, log).WatchAsync(deadline, cancellationToken);
            return ExitCodes.Success;
        }
        catch (OperationCanceledException)
        {
            // The machine shuts down; that stops the sidecar's unit, too.
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is OnboardingException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(
                e is OnboardingException known
                    ? $"[{known.ErrorId}] {known.Message} Next: {known.NextStep}"
                    : $"The sidecar without an agent could not be cleaned up: {e.Message}. Next: sudo onboarding-agent sidecar clean --stop --state-directory {OwnState}");
            return ExitCodes.Failure;
        }
    }
}
