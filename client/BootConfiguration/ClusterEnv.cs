using System.Buffers;
using System.Text;
using Onboarding.Api.Istio;

namespace Onboarding.Client.BootConfiguration;

/// <summary>
/// cluster.env as a plane sends it. Istio's start script sources it as root, so a compromised plane that may put shell text into it runs
/// programs as root. Only assignments of quoted text are read, and the file is written again from what was read: nothing that this reader
/// did not understand reaches a shell.
/// </summary>
internal static class ClusterEnv
{
    // What Istio writes without quotes, and letters and digits. No shell gives one of them a meaning inside an assignment's value.
    private static readonly SearchValues<char> Bare =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-");

    // Between double quotes a shell still expands these.
    private static readonly SearchValues<char> Expanded = SearchValues.Create("$`\\\"");

    /// <summary>Reads the file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    /// <returns>The variables, in the order of the file.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string text, ICollection<string> problems)
    {
        var variables = new List<KeyValuePair<string, string>>();
        int line = 1;
        for (int at = 0; at < text.Length;)
        {
            int start = at;
            string? name = ReadName(text, ref at);
            string? value = name is null ? null : ReadValue(text, ref at);
            if (value is null)
            {
                problems.Add($"cluster.env:{line}: is not NAME='value'");
                return variables;
            }

            if (SteeringVariables.Contains(name!))
            {
                problems.Add($"cluster.env:{line}: {name} decides what runs on this machine, and is not for a plane to set");
            }

            variables.Add(new(name!, value));
            line += text.AsSpan(start, at - start).Count('\n');
        }

        return variables;
    }

    /// <summary>Writes variables so that a shell that sources the file sets them and does nothing else.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string>> variables) =>
        string.Concat(variables.Select(v => $"{v.Key}='{v.Value.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'\n"));

    private static string? ReadName(string text, ref int at)
    {
        int end = text.IndexOf('=', at);
        ReadOnlySpan<char> name = end < 0 ? default : text.AsSpan(at, end - at);
        bool isVariable = name is [(>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or '_', ..];
        foreach (char c in name)
        {
            isVariable &= char.IsAsciiLetterOrDigit(c) || c == '_';
        }

        at = end + 1;
        return isVariable ? name.ToString() : null;
    }

    // Up to and with the end of the line; null for anything but quoted and bare text.
    private static string? ReadValue(string text, ref int at)
    {
        var value = new StringBuilder();
        while (at < text.Length && text[at] != '\n')
        {
            char c = text[at];
            if (c is '\'' or '"')
            {
                int end = text.IndexOf(c, at + 1);
                ReadOnlySpan<char> quoted = end < 0 ? default : text.AsSpan(at + 1, end - at - 1);
                if (end < 0 || quoted.Contains('\0') || (c == '"' && quoted.ContainsAny(Expanded)))
                {
                    return null;
                }

                value.Append(quoted);
                at = end + 1;
            }
            else if (Bare.Contains(c))
            {
                value.Append(c);
                at++;
            }
            else
            {
                return null;
            }
        }

        at++;
        return value.ToString();
    }
}
