namespace Onboarding.Api.Reading;

/// <summary>What came of reading something a user wrote.</summary>
/// <typeparam name="T">What was to be read.</typeparam>
public sealed record ReadResult<T>
    where T : class
{
    /// <summary>What was read; null if there is any error.</summary>
    public T? Value { get; init; }

    /// <summary>Every problem, by position.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>Problems that made reading fail.</summary>
    public IEnumerable<Problem> Errors => Problems.Where(problem => problem.Severity == ProblemSeverity.Error);
}
