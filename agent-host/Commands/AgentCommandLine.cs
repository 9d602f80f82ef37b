using System.CommandLine;
using Onboarding.AgentHost.Logging;
using Onboarding.Client.Configuration;
using Onboarding.Client.Control;
using Onboarding.Client.State;

namespace Onboarding.AgentHost.Commands;

/// <summary>
/// The command line: <c>run</c>, <c>validate</c>, <c>version</c>, and what talks to the running agent; the published flags without a command mean <c>run</c>, so that
/// units written for Tetrate's agent start this one.
/// </summary>
internal static class AgentCommandLine
{
    public static RootCommand Build(TextWriter output, TextWriter errors)
    {
        var onboarding = new Option<string>("--onboarding-config")
        {
            Description = "The OnboardingConfiguration: where the plane is and which group to join.",
            DefaultValueFactory = _ => ConfigurationPaths.DefaultOnboarding,
            Recursive = true,
        };
        var agent = new Option<string>("--agent-config")
        {
            Description = "The AgentConfiguration: credentials, host and sidecar.",
            DefaultValueFactory = _ => ConfigurationPaths.DefaultAgent,
            Recursive = true,
        };
        var state = new Option<string>("--state-directory")
        {
            Description = "Where the agent keeps its key and its state.",
            DefaultValueFactory = _ => StateDirectory.DefaultPath,
            Recursive = true,
        };
        var socket = new Option<string?>("--control-socket")
        {
            Description = $"The control socket; default {ControlSocket.DefaultPath}, or agent.sock in a state directory of one's own.",
            Recursive = true,
        };
        var format = new Option<LogFormat>("--log-format")
        {
            Description = "How log lines on standard error look.",
            DefaultValueFactory = _ => LogFormat.Text,
            Recursive = true,
        };
        Task<int> Run(ParseResult parsed, CancellationToken _)
        {
            var paths = new ConfigurationPaths(parsed.GetRequiredValue(onboarding), parsed.GetRequiredValue(agent));
            return new RunCommand(paths, parsed.GetRequiredValue(state), parsed.GetValue(socket), parsed.GetRequiredValue(format), errors).RunAsync();
        }

        var run = new Command("run", "Join the mesh and stay in it until told to stop.");
        run.SetAction(Run);
        var validate = new Command("validate", "Read both configuration files and print every problem; exit code 2 if there is an error.");
        validate.SetAction(parsed => ValidateCommand.Run(
            new ConfigurationPaths(parsed.GetRequiredValue(onboarding), parsed.GetRequiredValue(agent)), output));
        var version = new Command("version", "Print the agent's version.");
        version.SetAction(_ => output.WriteLine($"onboarding-agent {AgentVersion.Text}"));

        var root = new RootCommand("Joins this machine to an Istio mesh.")
        {
            onboarding, agent, state, socket, format, run, validate, version, BootConfigurationCommand.Build(state, output, errors),
        };
        root.SetAction(Run);
        foreach (Command command in new ControlCommandLine(state, socket, output, errors).Build())
        {
            root.Add(command);
        }

        return root;
    }
}
