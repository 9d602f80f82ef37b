using System.Text;

namespace Onboarding.Client.Sidecar;

/// <summary>The agent's lines in <c>/etc/hosts</c>, between two marks; all other lines are somebody else's and stay.</summary>
internal static class HostsBlock
{
    private const string Begin = "# onboarding-agent: begin";
    private const string End = "# onboarding-agent: end";

    /// <summary>The file with these entries in place of the agent's former ones.</summary>
    public static string Replace(string file, string entries)
    {
        var result = new StringBuilder();
        bool inside = false;
        foreach (string line in file.Split('\n').SkipLastIfEmpty())
        {
            if (line == Begin || line == End)
            {
                inside = line == Begin;
            }
            else if (!inside)
            {
                result.Append(line).Append('\n');
            }
        }

        string trimmed = entries.Trim();
        if (trimmed.Length > 0)
        {
            result.Append(Begin).Append('\n').Append(trimmed).Append('\n').Append(End).Append('\n');
        }

        return result.ToString();
    }

    private static IEnumerable<string> SkipLastIfEmpty(this string[] lines) => lines[^1].Length == 0 ? lines.SkipLast(1) : lines;
}
