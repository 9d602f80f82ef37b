using System.Text.RegularExpressions;

namespace Onboarding.Tests.Unit.Suite;

/// <summary>Finds the texts that the assertions of a file of tests expect: literals in the first argument of Shouldly's comparisons, and what follows <c>Should</c> of Pester.</summary>
internal static partial class AssertedTexts
{
    /// <summary>Those of C#, with the line of the assertion. The message that an assertion fails with isn't one of them.</summary>
    public static IEnumerable<(int Line, string Text)> OfCSharp(string source)
    {
        foreach (Match call in Comparisons().Matches(source))
        {
            int line = source.AsSpan(0, call.Index).Count('\n') + 1;
            foreach (string text in FirstArgument(source, call.Index + call.Length))
            {
                yield return (line, text);
            }
        }
    }

    /// <summary>Those of PowerShell.</summary>
    public static IEnumerable<(int Line, string Text)> OfPowerShell(string source) => source.Split('\n')
        .SelectMany((line, i) => PesterLiterals().Matches(PesterReasons().Replace(line[Math.Max(0, PesterShould().Match(line).Index)..], ""))
            .Where(_ => PesterShould().IsMatch(line))
            .Select(m => (i + 1, m.Value[1..^1].Replace("''", "'", StringComparison.Ordinal))));

    private static IEnumerable<string> FirstArgument(string source, int position)
    {
        for (int depth = 0; position < source.Length; position++)
        {
            switch (source[position])
            {
                case '"':
                    Match literal = Literals().Match(source, StartOf(source, position));
                    if (!literal.Success)
                    {
                        yield break; // an interpolation within an interpolation: rare, and what it begins with was found
                    }

                    yield return literal.Groups["text"].Value;
                    position = literal.Index + literal.Length - 1;
                    break;
                case '\'':
                    position += Math.Max(0, Characters().Match(source, position).Length - 1);
                    break;
                case '(' or '[' or '{':
                    depth++;
                    break;
                case ',' when depth == 0:
                case ')' or ']' or '}' when depth-- == 0:
                    yield break;
            }
        }
    }

    // The marks before the quotation mark say what kind of literal it is.
    private static int StartOf(string source, int position)
    {
        while (source[position - 1] is '$' or '@')
        {
            position--;
        }

        return position;
    }

    [GeneratedRegex(@"\.Should(?:Not)?(?:Be|Contain|StartWith|EndWith|Match|BeOneOf)(?:<[^>]*>)?\(")]
    private static partial Regex Comparisons();

    [GeneratedRegex("""
        \G(?:\$*"{3}(?<text>[\s\S]*?)"{3}|(?:@\$?|\$@)"(?<text>(?:[^"]|"")*)"|\$"(?<text>(?:\{\{|\{(?:[^{}"]|"[^"]*")*\}|\\.|[^"\\{])*)"|"(?<text>(?:\\.|[^"\\])*)")
        """)]
    private static partial Regex Literals();

    [GeneratedRegex(@"\G'(?:\\.[^']*|[^'\\])'")]
    private static partial Regex Characters();

    [GeneratedRegex(@"(?:-match\s+['""]|\bShould\b)")]
    private static partial Regex PesterShould();

    [GeneratedRegex("""-Because\s+(?:'(?:[^']|'')*'|"[^"]*")""")]
    private static partial Regex PesterReasons();

    [GeneratedRegex("'(?:[^']|'')*'|\"[^\"]*\"")]
    private static partial Regex PesterLiterals();
}
