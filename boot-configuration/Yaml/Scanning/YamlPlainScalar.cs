using System.Text;

namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>Reads a scalar without quotes.</summary>
internal static class YamlPlainScalar
{
    /// <param name="cursor">Where it starts.</param>
    /// <param name="indent">Column of the block it stands in; -1 for none.</param>
    /// <param name="isFlow">It stands in brackets or braces.</param>
    /// <param name="endsLine">A line break follows it.</param>
    /// <exception cref="BootConfigurationException">A tab stands where the indentation is.</exception>
    public static YamlToken Read(YamlCursor cursor, int indent, bool isFlow, out bool endsLine)
    {
        int line = cursor.Line;
        var text = new StringBuilder();
        var fold = new YamlFold();
        while (!cursor.IsDocumentIndicator('-') && !cursor.IsDocumentIndicator('.') && cursor.Here != '#')
        {
            while (!cursor.IsBlankOrEnd && !IsOver(cursor, isFlow))
            {
                if (fold.HasBreak || fold.HasBlanks)
                {
                    fold.Flush(text);
                }

                cursor.Read(text);
            }

            if (!cursor.IsBlank && !cursor.IsBreak)
            {
                break;
            }

            fold.ReadBlanks(cursor, joined: false, least: indent + 1);
            if (!isFlow && cursor.Column < indent + 1)
            {
                break;
            }
        }

        endsLine = fold.HasBreak;
        return new YamlToken(YamlTokenKind.Scalar, line, text.ToString(), IsPlain: true);
    }

    private static bool IsOver(YamlCursor cursor, bool isFlow) =>
        (cursor.Here == ':' && cursor.IsBlankOrEndAt(1)) || (isFlow && cursor.Here is ',' or '?' or '[' or ']' or '{' or '}');
}
