using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Hosting;

namespace Onboarding.Plane.Hosting;

/// <summary>How every program of the plane reads its arguments, runs until it is told to stop, and says what went wrong.</summary>
/// <param name="name">The program's name.</param>
internal sealed class PlaneProgram(string name)
{
    /// <summary>Exit code for arguments that can't be understood.</summary>
    public const int WrongUse = 2;

    /// <summary>Exit code where another process has the data directory.</summary>
    public const int InUse = 3;

    private const string OptionInvalid = "OptionInvalid";

    /// <summary>Does what the arguments say; if they can't be understood, says which and where help is.</summary>
    /// <param name="command">What arguments there are.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="output">Where results go. Wrong arguments write nothing there: who started an endpoint reads its one line from it.</param>
    /// <param name="errors">Where warnings and failures go.</param>
    /// <returns>The exit code; 2 for arguments that can't be understood.</returns>
    public async Task<int> InvokeAsync(RootCommand command, IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        // An argument that begins with @ is itself, not a file of arguments.
        ParseResult parsed = command.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (string problem in parsed.Errors.Select(e => e.Message).Distinct())
            {
                await errors.WriteLineAsync($"Error: {problem}");
            }

            await errors.WriteLineAsync($"[{OptionInvalid}] Next: {PathOf(parsed.CommandResult)} --help");
            return WrongUse;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            // The drain decides how long stopping takes, not the parser.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
            Output = output,
            Error = errors,
        });
    }

    /// <summary>Runs until a signal, or the end of standard input where that counts. What couldn't start says so, and nothing else.</summary>
    /// <param name="options">How it is started.</param>
    /// <param name="run">Starts and runs it until the token is cancelled.</param>
    /// <param name="signalled">A signal came.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(PlaneOptions options, Func<CancellationToken, Task> run, CancellationToken signalled)
    {
        using InputEnd input = options.StopWithInput ? InputEnd.Watch(Console.OpenStandardInput(), signalled) : InputEnd.Ignore(signalled);
        try
        {
            await run(input.Token);
            return 0;
        }
        catch (OperationCanceledException) when (input.Token.IsCancellationRequested)
        {
            return 0;
        }
        catch (StartException e)
        {
            await Console.Error.WriteLineAsync($"{name}: {e.Message}");
            return e.ExitCode;
        }
    }

    private string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : name;
}

/// <summary>The program can't start; the message says what is wrong, where, and the next command to run.</summary>
public sealed class StartException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StartException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The program's exit code.</summary>
    public int ExitCode { get; init; } = 1;
}

/// <summary>Leaves signals alone: the program decides what happens on one, in which order.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
