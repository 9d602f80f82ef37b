using Onboarding.Api.Reading;

namespace Onboarding.Cmdlets;

/// <summary>Something that is wrong with a file, or with <c>-PassThru</c> that nothing is.</summary>
public sealed class ConfigurationProblem
{
    private ConfigurationProblem(string severity, string? file, string message)
    {
        Severity = severity;
        File = file;
        Message = message;
    }

    /// <summary><c>Error</c>, <c>Warning</c>, or <c>Pass</c>.</summary>
    public string Severity { get; }

    /// <summary>The file; null if the text was given.</summary>
    public string? File { get; }

    /// <summary>Line, counted from 1.</summary>
    public int? Line { get; private init; }

    /// <summary>Column, counted from 1.</summary>
    public int? Column { get; private init; }

    /// <summary>The field, e.g. <c>onboardingEndpoint.port</c>.</summary>
    public string? Path { get; private init; }

    /// <summary>What is wrong and what would be right.</summary>
    public string Message { get; }

    /// <summary>The file's name without its directory.</summary>
    public string? FileName => System.IO.Path.GetFileName(File);

    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}: {Path}: {Message}";

    internal static ConfigurationProblem FromProblem(Problem problem, string? file) => new(problem.Severity.ToString(), file, problem.Message)
    {
        Line = problem.Line == 0 ? null : problem.Line,
        Column = problem.Column == 0 ? null : problem.Column,
        Path = problem.Path,
    };

    internal static ConfigurationProblem Pass(string? file) => new("Pass", file, "can be used");
}
