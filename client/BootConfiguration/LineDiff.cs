namespace Onboarding.Client.BootConfiguration;

/// <summary>Which lines of two texts differ, keeping the longest sequence they have in common.</summary>
internal static class LineDiff
{
    // The table grows with the product of both; nothing a plane sends comes near.
    private const int MostLines = 4096;

    public static List<(bool IsAdded, T Line)> Between<T>(T[] old, T[] other, Func<T, string> content)
    {
        int start = 0;
        while (start < old.Length && start < other.Length && content(old[start]) == content(other[start]))
        {
            start++;
        }

        T[] before = old[start..];
        T[] after = other[start..];
        return before.Length > MostLines || after.Length > MostLines
            ? [.. before.Select(line => (false, line)), .. after.Select(line => (true, line))]
            : Walk(before, after, content, Lengths(before, after, content));
    }

    private static int[,] Lengths<T>(T[] old, T[] other, Func<T, string> content)
    {
        int[,] common = new int[old.Length + 1, other.Length + 1];
        for (int i = old.Length - 1; i >= 0; i--)
        {
            for (int j = other.Length - 1; j >= 0; j--)
            {
                common[i, j] = content(old[i]) == content(other[j])
                    ? common[i + 1, j + 1] + 1
                    : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }

    private static List<(bool IsAdded, T Line)> Walk<T>(T[] old, T[] other, Func<T, string> content, int[,] common)
    {
        var changes = new List<(bool, T)>();
        int i = 0;
        int j = 0;
        while (i < old.Length || j < other.Length)
        {
            if (i < old.Length && j < other.Length && content(old[i]) == content(other[j]))
            {
                i++;
                j++;
            }
            else if (j == other.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                changes.Add((false, old[i++]));
            }
            else
            {
                changes.Add((true, other[j++]));
            }
        }

        return changes;
    }
}
