using System.Text;

namespace Onboarding.Testing;

/// <summary>The texts in a file of C#: what stands between quotation marks, with what is filled in marked.</summary>
public static class SourceLiterals
{
    /// <summary>Begins an expression that is filled in.</summary>
    public const char Begin = '\u0001';

    /// <summary>Ends it.</summary>
    public const char End = '\u0002';

    /// <summary>Reads them. Comments, characters and raw literals are left out: no advice is written in one.</summary>
    /// <param name="source">The file's text.</param>
    public static IEnumerable<string> Read(string source)
    {
        for (int i = 0; i < source.Length; i++)
        {
            if (At(source, i, "//"))
            {
                i = IndexOf(source, "\n", i);
            }
            else if (At(source, i, "/*"))
            {
                i = IndexOf(source, "*/", i) + 1;
            }
            else if (source[i] == '\'')
            {
                i = IndexOf(source, "'", i + (source[i + 1] == '\\' ? 3 : 2));
            }
            else if (At(source, i, "\"\"\""))
            {
                int marks = source.AsSpan(i).IndexOfAnyExcept('"');
                i = IndexOf(source, new string('"', marks), i + marks) + marks - 1;
            }
            else if (source[i] == '"')
            {
                var text = new StringBuilder();
                i = ReadLiteral(source, i, text);
                yield return text.ToString();
            }
        }
    }

    private static int ReadLiteral(string source, int quote, StringBuilder text)
    {
        string before = source[Math.Max(0, quote - 2)..quote];
        bool verbatim = before.Contains('@', StringComparison.Ordinal), filled = before.Contains('$', StringComparison.Ordinal);
        int i = quote + 1;
        while (source[i] != '"' || (verbatim && At(source, i, "\"\"")))
        {
            if (source[i] == '\\' && !verbatim)
            {
                text.Append(source[i + 1] switch { 'n' => '\n', 't' => '\t', 'u' => '?', var c => c });
                i += 2;
            }
            else if (At(source, i, "{{") || At(source, i, "}}") || (verbatim && source[i] == '"'))
            {
                text.Append(source[i]);
                i += 2;
            }
            else if (source[i] == '{' && filled)
            {
                int end = EndOfExpression(source, i);
                text.Append(Begin).Append(source, i + 1, end - i - 1).Append(End);
                i = end + 1;
            }
            else
            {
                text.Append(source[i]);
                i++;
            }
        }

        return i;
    }

    private static int EndOfExpression(string source, int i)
    {
        for (int depth = 0; ; i++)
        {
            if (source[i] == '"')
            {
                for (i++; source[i] != '"'; i++)
                {
                    i += source[i] == '\\' ? 1 : 0;
                }
            }
            else if (source[i] == '{')
            {
                depth++;
            }
            else if (source[i] == '}' && --depth == 0)
            {
                return i;
            }
        }
    }

    private static bool At(string source, int i, string what) => string.CompareOrdinal(source, i, what, 0, what.Length) == 0;

    private static int IndexOf(string source, string what, int from) => source.IndexOf(what, from, StringComparison.Ordinal) is >= 0 and var found ? found : source.Length;
}
