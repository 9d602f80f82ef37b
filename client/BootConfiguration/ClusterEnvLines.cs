namespace Onboarding.Client.BootConfiguration;

/// <summary>The assignments of cluster.env, one each though a value may go over several lines.</summary>
internal static class ClusterEnvLines
{
    public static ShownLine[] Parse(string text)
    {
        var lines = new List<ShownLine>();
        int start = 0;
        char? quote = null;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote is not null)
            {
                quote = c == quote ? null : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '\n')
            {
                Add(lines, text[start..i]);
                start = i + 1;
            }
        }

        Add(lines, text[start..]);
        return [.. lines];
    }

    private static void Add(List<ShownLine> lines, string assignment)
    {
        if (assignment.Length == 0)
        {
            return;
        }

        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? assignment : assignment[..equals];
        lines.Add(new ShownLine(
            assignment, equals >= 0 && SecretNames.IsOne(name) ? $"{name}={SecretNames.NotShown}" : assignment.ReplaceLineEndings("\\n")));
    }
}
