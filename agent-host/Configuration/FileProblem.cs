using Onboarding.Api.Reading;

namespace Onboarding.AgentHost.Configuration;

/// <summary>A problem and the file it is in.</summary>
internal sealed record FileProblem(string File, Problem Problem)
{
    public bool IsError => Problem.Severity == ProblemSeverity.Error;

    /// <summary>As compilers print it, so that editors find the place: <c>file:line:column: path: what is wrong</c>.</summary>
    public override string ToString() => $"{File}:{(Problem.Line == 0 ? " " : "")}{Problem}";
}
