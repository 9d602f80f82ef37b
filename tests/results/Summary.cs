namespace Onboarding.Tests.Results;

/// <summary>The results of all suites together.</summary>
/// <param name="Lines">What failed, what skipped and why, and the counts.</param>
/// <param name="IsSuccess">Whether something passed, nothing failed, and nothing skipped that may not.</param>
public sealed record Summary(IReadOnlyList<string> Lines, bool IsSuccess)
{
    private const int LongestMessage = 600;
    private const int LongestEnd = 100;

    /// <summary>Judges the results.</summary>
    /// <param name="results">Of all suites.</param>
    /// <param name="allowed">What may skip.</param>
    /// <param name="isCi">Whether this is CI, where everything is installed that can be.</param>
    public static Summary Create(IReadOnlyCollection<ReportedTest> results, AllowedSkips allowed, bool isCi)
    {
        ArgumentNullException.ThrowIfNull(allowed);
        int passed = results.Count(r => r.Outcome == "Passed");
        ReportedTest[] skipped = [.. results.Where(r => r.Outcome == "NotExecuted")];
        ReportedTest[] failed = [.. results.Where(r => r.Outcome is not ("Passed" or "NotExecuted"))];
        ReportedTest[] forbidden = [.. skipped.Where(r => !allowed.Allows(r.Message, isCi))];
        return new Summary(
            [
                .. skipped.Except(forbidden).GroupBy(r => r.Message).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"skipped {g.Count()}: {g.Key}"),
                .. forbidden.Select(r => $"NOT ALLOWED TO SKIP: {r.Name}: {r.Message}"),
                .. failed.Select(r => $"FAILED: {r.Name}: {Shorten(r.Message)}"),
                $"{passed} passed, {failed.Length} failed, {skipped.Length} skipped",
            ],
            passed > 0 && failed.Length == 0 && forbidden.Length == 0);
    }

    // Who has no more of a run than its end should know why it failed; the rest is in the report.
    private static string Shorten(string message)
    {
        string line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestMessage ? line : $"{line[..(LongestMessage - LongestEnd)]} … {line[^LongestEnd..]}";
    }
}
