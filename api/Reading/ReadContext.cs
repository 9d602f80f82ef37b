using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>Collects every problem of one document.</summary>
internal sealed class ReadContext
{
    private readonly List<(Position Position, int Order, Problem Problem)> _problems = [];

    public bool HasErrors { get; private set; }

    /// <summary>Every problem once, by position; those at one place in the order they were found.</summary>
    public IReadOnlyList<Problem> Problems =>
        [.. _problems.OrderBy(entry => entry.Position).ThenBy(entry => entry.Order).Select(entry => entry.Problem).Distinct()];

    public void Error(Position position, string path, ProblemReason reason, string message) =>
        Report(ProblemSeverity.Error, position, path, reason, message);

    public void Warn(Position position, string path, string message) =>
        Report(ProblemSeverity.Warning, position, path, ProblemReason.Invalid, message);

    /// <summary>Takes over what another attempt found.</summary>
    public void Add(ReadContext other)
    {
        HasErrors |= other.HasErrors;
        _problems.AddRange(other._problems.Select(entry => entry with { Order = _problems.Count + entry.Order }));
    }

    public void Report(ProblemSeverity severity, Position position, string path, ProblemReason reason, string message)
    {
        HasErrors |= severity == ProblemSeverity.Error;
        Problem problem = new()
        {
            Severity = severity,
            Reason = reason,
            Path = path,
            Message = message,
            Line = position.Line,
            Column = position.Column,
        };
        _problems.Add((position, _problems.Count, problem));
    }
}
