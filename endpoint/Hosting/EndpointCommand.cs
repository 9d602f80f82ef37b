using System.CommandLine;
using System.Net;
using Onboarding.Plane.Hosting;

namespace Onboarding.Endpoint.Hosting;

/// <summary>The command line of <c>onboarding-endpoint</c>.</summary>
internal static class EndpointCommand
{
    private const string Name = "onboarding-endpoint";

    // Options of the plane on a laptop, which this program had once.
    private static readonly string[] OfTheLab = ["--embedded", "--data-directory", "--embedded-api-port", "--embedded-istiod-port"];

    /// <summary>Does what the arguments say; if they can't be understood, says which and where help is.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="run">What to do with the options; its result is the exit code.</param>
    /// <param name="output">Where results go. Wrong arguments write nothing there: who started an endpoint reads its one line from it.</param>
    /// <param name="errors">Where warnings and failures go.</param>
    /// <returns>The exit code; 2 for arguments that can't be understood.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Func<EndpointOptions, CancellationToken, Task<int>> run, TextWriter output, TextWriter errors)
    {
        if (arguments.Any(a => OfTheLab.Contains(a.Split('=')[0])))
        {
            await errors.WriteLineAsync($"Error: {Name} has no embedded control plane. onboarding-lab has one, and takes the same options.");
            await errors.WriteLineAsync($"[OptionInvalid] Next: {string.Join(' ', arguments.Where(a => a != "--embedded").Prepend("onboarding-lab"))}");
            return PlaneProgram.WrongUse;
        }

        return await new PlaneProgram(Name).InvokeAsync(Create(run, output, errors), arguments, output, errors);
    }

    /// <summary>The commands that do one thing and end; who has a plane on a laptop has them, too.</summary>
    public static void AddCommands(Command command, TextWriter output, TextWriter errors)
    {
        command.Subcommands.Add(RenderCommand.Create(output, errors));
        command.Subcommands.Add(JoinTokenCommand.Create());
        command.Subcommands.Add(AuditCommand.Create(Name, output, errors));
    }

    /// <summary>The command.</summary>
    internal static RootCommand Create(Func<EndpointOptions, CancellationToken, Task<int>> run, TextWriter output, TextWriter errors)
    {
        var command = new RootCommand("Joins workloads outside Kubernetes to an Istio mesh: the endpoint that agents dial.");
        var options = new EndpointCommandOptions(command, IPAddress.Any);
        AddCommands(command, output, errors);
        command.SetAction((parsed, cancellationToken) => run(options.Read(parsed), cancellationToken));
        return command;
    }
}
