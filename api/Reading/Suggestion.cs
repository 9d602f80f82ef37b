namespace Onboarding.Api.Reading;

/// <summary>Finds what someone probably meant.</summary>
internal static class Suggestion
{
    // A key can be as long as a document; comparing costs length × length.
    private const int LongestCompared = 64;

    /// <summary>"; did you mean …?" if some candidate is close, else nothing.</summary>
    public static string For(string written, IEnumerable<string> candidates)
    {
        if (written.Length > LongestCompared)
        {
            return "";
        }

        string folded = Fold(written);
        int limit = Math.Max(1, folded.Length / 3);
        string? best = candidates
            .Select(candidate => (Name: candidate, Distance: Distance(folded, Fold(candidate))))
            .Where(pair => pair.Distance <= limit)
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => pair.Name)
            .FirstOrDefault();
        return best is null ? "" : $"; did you mean {best}?";
    }

    private static string Fold(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static int Distance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int[] current = new int[b.Length + 1];
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[b.Length];
    }
}
