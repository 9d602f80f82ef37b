using System.Text;
using YamlDotNet.Core;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>
/// Indents the lines of a double-quoted text that goes on no further in than its key. YAML 1.1 reads such a text, and people write it;
/// YamlDotNet refuses it. Blanks at the start of its lines say nothing, so more of them change nothing.
/// </summary>
internal static class YamlIndentation
{
    /// <summary>How many texts of a document are indented: each costs another run of the parser.</summary>
    public const int Most = 16;

    private const string Refusal = "While scanning a multi-line double-quoted scalar, found wrong indentation.";

    /// <summary>The text with the lines indented; null if this isn't why the parser refused it.</summary>
    public static string? Repair(string text, Exception? refusal) =>
        refusal is YamlException { Message: Refusal } e ? Indent(text, (int)e.Start.Index, (int)e.Start.Column) : null;

    private static string? Indent(string text, int quote, int column)
    {
        var indented = new StringBuilder(text, 0, quote + 1, text.Length + 256);
        int at = quote + 1;
        for (; at < text.Length && text[at] != '"'; at++)
        {
            indented.Append(text[at]);
            if (text[at] == '\\' && at + 1 < text.Length && !YamlCharacters.IsBreak(text[at + 1]))
            {
                indented.Append(text[++at]);
            }
            else if (indented.Length > 2 * YamlLimits.Bytes)
            {
                // A stranger's million lines must not become as many times a far column.
                return null;
            }
            else if (EndsLine(text, at) && !IsDocumentIndicator(text.AsSpan(at + 1)))
            {
                indented.Append(' ', column);
            }
        }

        return indented.Append(text, at, text.Length - at).ToString();
    }

    private static bool EndsLine(string text, int at) =>
        YamlCharacters.IsBreak(text[at]) && !(text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n');

    // It ends the document, and so is an error in a text that isn't closed yet.
    private static bool IsDocumentIndicator(ReadOnlySpan<char> line) => line.StartsWith("---") || line.StartsWith("...");
}
