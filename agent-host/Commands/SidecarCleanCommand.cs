using System.CommandLine;
using System.Text.Json.Nodes;
using Onboarding.AgentHost.Logging;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar;

namespace Onboarding.AgentHost.Commands;

/// <summary><c>sidecar clean</c>: undoes what a sidecar left on the machine where no agent is there to do it (a unit's ExecStopPost, a package's removal).</summary>
internal static class SidecarCleanCommand
{
    public static Command Build(Option<string> state, OutputChoice choice, TextWriter output, TextWriter errors)
    {
        var stop = new Option<bool>("--stop") { Description = "Also stop a sidecar that still runs, and remove what was installed for it." };
        var command = new Command("clean", "Undo the redirection that an ended sidecar left on this machine.") { stop };
        command.SetAction(async (parsed, _) =>
        {
            using var log = new AgentLog(errors, LogFormat.Text, TimeProvider.System);
            try
            {
                string done = await SidecarCleanup.RunAsync(parsed.GetRequiredValue(state), parsed.GetValue(stop), log);
                await output.WriteLineAsync(choice.IsJson(parsed) ? new JsonObject { ["done"] = done }.ToJsonString() : done);
                return ExitCodes.Success;
            }
            catch (OnboardingException e)
            {
                await errors.WriteLineAsync($"[{e.ErrorId}] {e.Message} Next: {e.NextStep}");
                return ExitCodes.Failure;
            }
        });
        return command;
    }
}
