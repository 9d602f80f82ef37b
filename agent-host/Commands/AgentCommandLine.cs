using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.AgentHost.Logging;
using Onboarding.Client.Configuration;
using Onboarding.Client.Control;
using Onboarding.Client.State;

namespace Onboarding.AgentHost.Commands;

/// <summary>
/// The command line: <c>run</c>, <c>validate</c>, <c>version</c>, and what talks to the running agent; the published flags without a command mean <c>run</c>, so that
/// units written for Tetrate's agent start this one.
/// </summary>
internal static partial class AgentCommandLine
{
    /// <summary>Does what the arguments say; if they can't be understood, says which and where help is.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        ParseResult parsed = Build(output, errors).Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
        {
            string command = CommandExamples.PathOf(parsed.CommandResult.Command);
            foreach (string problem in parsed.Errors.Select(e => e.Message).Distinct())
            {
                // Of an option with few values the library names the type that holds them.
                await errors.WriteLineAsync($"{command}: {ExpectedType().Replace(problem, "")}");
            }

            await errors.WriteLineAsync($"Next: {command} --help");
            return ExitCodes.Configuration;
        }

        // The agent answers signals itself: leaving the mesh takes as long as the sidecar drains, and a library that ends the
        // process after two seconds would cut it off.
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                ProcessTerminationTimeout = null,
                EnableDefaultExceptionHandler = false,
                Output = output,
                Error = errors,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What a command didn't foresee of files and their modes: a line that says which, and no stack.
            string command = CommandExamples.PathOf(parsed.CommandResult.Command);
            await errors.WriteLineAsync($"{command}: {e.Message}");
            await errors.WriteLineAsync($"Next: sudo {command}, with the same options");
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Failure;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A fault of the program: all of it, for who is to mend it.
            await errors.WriteLineAsync($"Unhandled exception: {e}");
            return ExitCodes.Failure;
        }
    }

    [GeneratedRegex(@" as expected type '[\w.]+'", RegexOptions.CultureInvariant)]
    private static partial Regex ExpectedType();

    /// <summary>The commands.</summary>
    /// <param name="output">Where to write what was asked for.</param>
    /// <param name="errors">Where to write the rest.</param>
    /// <param name="environment">Value of an environment variable by its name; null: the process's.</param>
    public static RootCommand Build(TextWriter output, TextWriter errors, Func<string, string?>? environment = null)
    {
        var onboarding = new Option<string>("--onboarding-config")
        {
            Description = $"The OnboardingConfiguration: where the plane is and which group to join. Not given, its text in ${ConfigurationVariables.OnboardingName} comes before the default.",
            DefaultValueFactory = _ => ConfigurationPaths.DefaultOnboarding,
            Recursive = true,
        };
        var agent = new Option<string>("--agent-config")
        {
            Description = $"The AgentConfiguration: credentials, host and sidecar. Not given, its text in ${ConfigurationVariables.AgentName} comes before the default.",
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
        var choice = new OutputChoice(environment ?? Environment.GetEnvironmentVariable);
        LoadedConfiguration Load(ParseResult parsed)
        {
            ConfigurationVariables variables = ConfigurationVariables.Read(environment ?? Environment.GetEnvironmentVariable);
            return LoadedConfiguration.Read(
                new ConfigurationPaths(parsed.GetRequiredValue(onboarding), parsed.GetRequiredValue(agent)),
                variables: variables with
                {
                    Onboarding = IsGiven(parsed, onboarding) ? null : variables.Onboarding,
                    Agent = IsGiven(parsed, agent) ? null : variables.Agent,
                });
        }

        Task<int> Run(ParseResult parsed, CancellationToken _) =>
            new RunCommand(
                () => Load(parsed),
                parsed.GetRequiredValue(state),
                parsed.GetValue(socket),
                choice.IsJson(parsed) ? LogFormat.Json : parsed.GetRequiredValue(format),
                errors).RunAsync();

        var run = new Command("run", "Join the mesh and stay in it until told to stop.");
        run.SetAction(Run);
        var version = new Command("version", "Print the agent's version.");
        version.SetAction(parsed => output.WriteLine(choice.IsJson(parsed)
            ? new JsonObject { ["version"] = AgentVersion.Text }.ToJsonString()
            : $"onboarding-agent {AgentVersion.Text}"));

        var root = new RootCommand("Joins this machine to an Istio mesh.")
        {
            onboarding, agent, state, socket, format, choice.Option, run, ConfigCommand.Validate("validate", Load, choice, output), version,
            ConfigCommand.Build(Load, choice, output, errors), BootConfigurationCommand.Build(state, choice, output, errors),
            CheckCommand.Build(Load, state, choice, output, errors), RootPartCommand.Build(errors), PluginPartCommand.Build(Load, errors),
            CompletionCommand.Build(output), new SupportBundleCommand(choice, output, errors).Build(onboarding, agent, state),
        };
        root.SetAction(Run);
        foreach (Command command in new ControlCommandLine(state, socket, choice, output, errors).Build(new SidecarLogsCommand(Load, state, socket, choice, output, errors).Build()))
        {
            root.Add(command);
        }

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}

/// <summary>The agent's version.</summary>
internal static class AgentVersion
{
    /// <summary>As it registers, e.g. <c>v0.1.0</c>.</summary>
    public static string Text { get; } =
        "v" + (typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];
}

/// <summary>How the agent's process ends.</summary>
internal static class ExitCodes
{
    /// <summary>It did what it was told to.</summary>
    public const int Success = 0;

    /// <summary>It couldn't.</summary>
    public const int Failure = 1;

    /// <summary>A configuration file or an argument is wrong; starting again changes nothing.</summary>
    public const int Configuration = 2;

    /// <summary>No agent runs (of <c>status</c>; as LSB has it).</summary>
    public const int NotRunning = 3;

    /// <summary>The machine isn't in the mesh yet, or not any more, and nothing is wrong with that (of <c>status</c>).</summary>
    public const int NotYet = 4;
}
