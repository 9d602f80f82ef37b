using System.Text;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>
/// Reads assignments of a file that a shell sources, without a shell: what an administrator's file does there is for the start
/// script to do, not for anyone who only looks.
/// </summary>
internal static class EnvironmentFile
{
    private const string Export = "export ";

    /// <summary>The last value that a variable is given, as it is written; null if it is given none.</summary>
    public static string? Written(string text, string name)
    {
        string? found = null;
        int i = 0;
        while (i < text.Length)
        {
            i = SkipBlanks(text, i);
            if (text.AsSpan(i).StartsWith(Export))
            {
                i = SkipBlanks(text, i + Export.Length);
            }

            if (text.AsSpan(i).StartsWith($"{name}="))
            {
                int start = i + name.Length + 1;
                i = EndOfWord(text, start);
                found = text[start..i];
            }

            i = NextCommand(text, i);
        }

        return found;
    }

    /// <summary>What the shell makes of a word; null if only a shell can tell, as it expands something.</summary>
    public static string? Unquoted(string word)
    {
        var value = new StringBuilder();
        char? quote = null;
        for (int i = 0; i < word.Length; i++)
        {
            char c = word[i];
            if (c == quote)
            {
                quote = null;
            }
            else if (quote == '\'')
            {
                value.Append(c);
            }
            else if (c is '$' or '`')
            {
                return null;
            }
            else if (c == '\\' && i + 1 < word.Length)
            {
                value.Append(word[++i]);
            }
            else if (quote is null && c is '\'' or '"')
            {
                quote = c;
            }
            else
            {
                value.Append(c);
            }
        }

        return value.ToString();
    }

    private static int SkipBlanks(string text, int i)
    {
        while (i < text.Length && char.IsWhiteSpace(text[i]))
        {
            i++;
        }

        return i;
    }

    private static int NextCommand(string text, int i)
    {
        bool comment = i < text.Length && text[i] == '#';
        while (i < text.Length && text[i] != '\n' && (comment || text[i] != ';'))
        {
            i = !comment && text[i] is '\'' or '"' or '\\' ? EndOfWord(text, i) : i + 1;
        }

        return i + 1;
    }

    private static int EndOfWord(string text, int i)
    {
        char? quote = null;
        for (; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\' && quote != '\'')
            {
                i++;
            }
            else if (c == quote)
            {
                quote = null;
            }
            else if (quote is null && c is '\'' or '"')
            {
                quote = c;
            }
            else if (quote is null && (char.IsWhiteSpace(c) || c is ';' or '&' or '|'))
            {
                break;
            }
        }

        return Math.Min(i, text.Length);
    }
}
