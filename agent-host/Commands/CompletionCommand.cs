using System.CommandLine;

namespace Onboarding.AgentHost.Commands;

/// <summary><c>completion</c>: what a shell loads so that Tab completes commands and options. The packages install the same files.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "fish", "zsh"];

    /// <summary>The command.</summary>
    /// <param name="output">Where the script goes.</param>
    public static Command Build(TextWriter output)
    {
        var shell = new Argument<string>("shell") { Description = $"One of {string.Join(", ", Shells)}." };
        shell.AcceptOnlyFromAmong(Shells);
        var command = new Command("completion", "Print what a shell loads to complete commands and options.") { shell };
        command.SetAction(parsed =>
        {
            using Stream script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"onboarding-agent.{parsed.GetRequiredValue(shell)}")!;
            output.Write(new StreamReader(script).ReadToEnd());
        });
        return command;
    }
}
