using System.CommandLine;

namespace Onboarding.AgentHost.Commands;

/// <summary>How a command prints what it found: for people, or with <c>--json</c> as one object a line, which every command takes.</summary>
/// <param name="environment">Value of an environment variable by its name.</param>
internal sealed class OutputChoice(Func<string, string?> environment)
{
    /// <summary>The option.</summary>
    public Option<bool> Option { get; } = new("--json") { Description = "Print JSON: one object a line.", Recursive = true };

    /// <summary>The option of before <c>--json</c>, for commands that had it.</summary>
    public static Option<OutputFormat> Former() => new("--output") { Description = "Text, or Json: as --json." };

    /// <summary>True if JSON is wanted.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="former">The option of before, if the command has it.</param>
    public bool IsJson(ParseResult parsed, Option<OutputFormat>? former = null) =>
        parsed.GetValue(Option) || (former is not null && parsed.GetValue(former) == OutputFormat.Json);

    /// <summary>True if colours may be printed: to a terminal that has them, and to people who don't mind (no-color.org).</summary>
    /// <param name="output">Where to.</param>
    public bool IsColoured(TextWriter output) => ReferenceEquals(output, Console.Out) && AllowsColour(Console.IsOutputRedirected, environment);

    /// <summary>The rule of <see cref="IsColoured"/>.</summary>
    public static bool AllowsColour(bool isRedirected, Func<string, string?> environment) =>
        !isRedirected && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is { Length: > 0 } and not "dumb";
}

/// <summary>How a command prints what it found.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
