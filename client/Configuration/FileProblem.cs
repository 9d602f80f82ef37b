using Onboarding.Api.Reading;

namespace Onboarding.Client.Configuration;

/// <summary>A problem and the file it is in.</summary>
/// <param name="File">The file.</param>
/// <param name="Problem">What is wrong, and where in it.</param>
public sealed record FileProblem(string File, Problem Problem)
{
    /// <summary>True if the file can't be used because of it.</summary>
    public bool IsError => Problem.Severity == ProblemSeverity.Error;

    /// <summary>As compilers print it, so that editors find the place: <c>file:line:column: path: what is wrong</c>.</summary>
    public override string ToString() => $"{File}:{(Problem.Line == 0 ? " " : "")}{Problem}";
}
