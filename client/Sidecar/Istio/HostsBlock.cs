using System.Text;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>The agent's lines in <c>/etc/hosts</c>, between two marks; all other lines are another's and stay.</summary>
internal static class HostsBlock
{
    private const string Begin = "# onboarding-agent: begin";
    private const string End = "# onboarding-agent: end";

    /// <summary>The file with these entries in place of the agent's former ones.</summary>
    public static string Replace(string file, string entries)
    {
        var result = new StringBuilder();
        string[] lines = [.. file.Split('\n').SkipLastIfEmpty()];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] == Begin && EndOf(lines, i) is { } end)
            {
                i = end;
            }
            else if (lines[i] is not (Begin or End))
            {
                result.Append(lines[i]).Append('\n');
            }
        }

        string trimmed = entries.Trim();
        if (trimmed.Length > 0)
        {
            result.Append(Begin).Append('\n').Append(trimmed).Append('\n').Append(End).Append('\n');
        }

        return result.ToString();
    }

    // A mark whose counterpart someone removed marks nothing: what follows may be theirs.
    private static int? EndOf(string[] lines, int begin)
    {
        int next = Array.FindIndex(lines, begin + 1, line => line is Begin or End);
        return next >= 0 && lines[next] == End ? next : null;
    }

    private static IEnumerable<string> SkipLastIfEmpty(this string[] lines) => lines[^1].Length == 0 ? lines.SkipLast(1) : lines;
}
