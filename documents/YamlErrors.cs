using Onboarding.Api.Reading.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Onboarding.Documents;

/// <summary>Says what is wrong with a text that isn't YAML, in words of someone who looks at the line.</summary>
internal static class YamlErrors
{
    public static SyntaxException Explain(YamlException exception, string text)
    {
        int line = Math.Max(1, (int)exception.Start.Line);
        int column = Math.Max(1, (int)exception.Start.Column);
        // The parser blames a tab on the line itself, on the value before it, or on the line where indentation no longer fits.
        foreach (int near in (ReadOnlySpan<int>)[line, line + 1, Math.Max(1, line - 1)])
        {
            string indentation = IndentationOf(LineOf(text, near));
            if (indentation.Contains('\t', StringComparison.Ordinal))
            {
                return new SyntaxException(
                    new Position(near, indentation.IndexOf('\t', StringComparison.Ordinal) + 1),
                    "a tab can't indent YAML; use spaces",
                    exception);
            }
        }

        // Or on the start of the whole mapping it is in.
        return exception.Message.Contains("tab", StringComparison.Ordinal) && FirstTabFrom(line, text) is { } tab
            ? new SyntaxException(tab, "a tab can't indent YAML; use spaces", exception)
            : new SyntaxException(new Position(line, column), $"isn't valid YAML: {MessageOf(exception)}", exception);
    }

    /// <summary>What the parser says where it fails without saying why: it does for some texts that aren't YAML.</summary>
    public static SyntaxException Explain(ParsingEvent? last, Exception cause) =>
        new(
            new Position(Math.Max(1, (int)(last?.End.Line ?? 1)), Math.Max(1, (int)(last?.End.Column ?? 1))),
            "isn't valid YAML after here; a text in brackets or braces must start further in than the key they belong to",
            cause);

    private static Position? FirstTabFrom(int first, string text)
    {
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int tab = line[..^line.TrimStart(" \t").Length].IndexOf('\t');
            if (++number >= first && tab >= 0)
            {
                return new Position(number, tab + 1);
            }
        }

        return null;
    }

    private static string LineOf(string text, int number)
    {
        ReadOnlySpan<char> rest = text;
        for (int i = 1; i < number; i++)
        {
            int end = rest.IndexOf('\n');
            if (end < 0)
            {
                return "";
            }

            rest = rest[(end + 1)..];
        }

        int length = rest.IndexOf('\n');
        return (length < 0 ? rest : rest[..length]).ToString();
    }

    private static string IndentationOf(string line) => line[..^line.TrimStart(' ', '\t').Length];

    private static string MessageOf(YamlException exception)
    {
        string message = exception.InnerException is { } inner && exception.Message.Length == 0 ? inner.Message : exception.Message;
        return ScalarLength(message.TrimEnd('.'));
    }

    // The parser quotes what it met, which can be as long as the file.
    private static string ScalarLength(string message) => message.Length > 200 ? message[..200] + "…" : message;
}
