using System.Text;
using System.Text.RegularExpressions;

namespace Onboarding.Testing;

/// <summary>
/// The commands in what the product prints: in its messages, its help and the explanations of its errors. A command begins with a program's or a
/// cmdlet's name and ends where the sentence around it goes on.
/// </summary>
public static partial class PrintedCommands
{
    private static readonly string[] ProductFolders =
    [
        "agent-host", "client", "cmdlets", "endpoint", "fleet", "kubernetes", "laptop", "lab", "operator", "plane", "boot-configuration",
    ];

    // The last two are what Get-Help about_Onboarding_Errors prints, with the first.
    private static readonly string[] Pages =
    [
        "docs/troubleshooting.md", "docs/operations.md", "docs/cmdlets/about_Onboarding_Errors.md", "docs/cmdlets/about_Onboarding.md",
    ];

    // A sentence goes on with one of these.
    private static readonly HashSet<string> Words = new(
        ("shows show says writes reads prints works with which has beside that as is isn't and or if then it its to instead where after when on from by for in takes " +
        "makes of asks does so, nor applied").Split(' '),
        StringComparer.Ordinal);

    /// <summary>All of them: where one is printed, and the command, with what is filled in marked as in <see cref="SourceLiterals"/>.</summary>
    public static IReadOnlyList<(string File, string Command)> Read() =>
    [
        .. Texts().SelectMany(text => In(text.Text).Select(command => (text.File, command))).Distinct().OrderBy(c => c.command, StringComparer.Ordinal).ThenBy(c => c.File, StringComparer.Ordinal),
    ];

    /// <summary>Those in one text.</summary>
    /// <param name="text">The text.</param>
    public static IEnumerable<string> In(string text)
    {
        for (Match start = Starts().Match(text); start.Success;)
        {
            int end = start.Index;
            string command = CommandAt(text, ref end);
            if (command.Contains(' ', StringComparison.Ordinal) || Cmdlets().IsMatch(command))
            {
                yield return command;
            }

            start = Starts().Match(text, Math.Max(end, start.Index + start.Length));
        }
    }

    private static string CommandAt(string text, ref int i)
    {
        var command = new StringBuilder();
        char quote = '\0';
        for (; i < text.Length && (quote != '\0' || !EndsAt(text, i)); i++)
        {
            char c = text[i];
            if (c == SourceLiterals.Begin)
            {
                int end = text.IndexOf(SourceLiterals.End, i);
                command.Append(text, i, end - i);
                i = end;
                c = SourceLiterals.End;
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'' && i > 0 && text[i - 1] is ' ' or '=')
            {
                quote = c is '"' or '\'' ? c : '\0';
            }

            command.Append(c);
        }

        return command.ToString().Trim(' ', '.', ',', ':');
    }

    private static bool EndsAt(string text, int i)
    {
        bool last = i + 1 >= text.Length || text[i + 1] is ' ' or '\n';
        return text[i] switch
        {
            ';' or ')' or '`' or '\n' or '…' or '|' => true,
            ',' or ':' => last,
            '.' => last && i > 0 && text[i - 1] != ' ',
            '(' or '>' => i > 0 && text[i - 1] == ' ',
            ' ' => Words.Contains(Word().Match(text, i + 1).Value),
            _ => false,
        };
    }

    private static IEnumerable<(string File, string Text)> Texts()
    {
        foreach (string file in ProductFolders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
        {
            foreach (string text in SourceLiterals.Read(File.ReadAllText(file)))
            {
                yield return (Path.GetRelativePath(Repository.Root, file), text);
            }
        }

        foreach (string file in Pages)
        {
            // Commands are between backticks there.
            foreach (Match code in Code().Matches(File.ReadAllText(Path.Combine(Repository.Root, file))))
            {
                yield return (file, code.Groups[1].Value.ReplaceLineEndings(" "));
            }
        }
    }

    // What others' programs are called occurs in sentences, too: there they begin a text or follow a mark.
    [GeneratedRegex(
        @"(?<![\w/.@$='-]|-u |-g |\bsg )(?:sudo )?onboarding-(?:agent|endpoint|operator|lab)(?= [-a-z<\u0001])" +
        @"|(?<![\w/.@$='-])kubectl(?= [-a-z<\u0001])" +
        @"|(?<![\w-])(?:Get-Help )?(?:Get|Set|New|Remove|Test|Start|Stop|Restart|Register|Unregister|Connect|Disconnect|Export)-(?:Mesh|Onboarding|WorkloadGroup)[A-Za-z]*" +
        @"|(?:(?<=[;:(`|,] )|(?<=[(`])|(?<=\b(?:or|then|and|with) )|^)(?:sudo )?" +
        @"(?:curl|openssl|getent|nc|ls|namei|rm|journalctl|systemctl|timedatectl|chronyc|apt-get|dnf|zypper|ss|fuser|ps|file|df|du|tail|chown|usermod|iptables|aws|gcloud|az|dotnet|cat|ip)" +
        @"(?= [-\w<{/'""$\u0001.])")]
    private static partial Regex Starts();

    [GeneratedRegex("^(?:[A-Z][a-z]+-[A-Z])")]
    private static partial Regex Cmdlets();

    [GeneratedRegex(@"\G[A-Za-z']+(?=[ ,.;]|$)")]
    private static partial Regex Word();

    [GeneratedRegex("`([^`\n]+(?:\n[^`\n]+)?)`")]
    private static partial Regex Code();
}
