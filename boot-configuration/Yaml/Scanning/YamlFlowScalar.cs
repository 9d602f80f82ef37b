using System.Text;

namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>Reads a quoted scalar.</summary>
internal static class YamlFlowScalar
{
    /// <exception cref="BootConfigurationException">It doesn't end, or has a wrong escape.</exception>
    public static YamlToken Read(YamlCursor cursor)
    {
        int line = cursor.Line;
        char quote = cursor.Here;
        cursor.Skip();
        var text = new StringBuilder();
        var fold = new YamlFold();
        while (true)
        {
            if (cursor.IsDocumentIndicator('-') || cursor.IsDocumentIndicator('.'))
            {
                throw YamlScanner.Wrong(cursor, "found unexpected document indicator");
            }

            if (cursor.IsEnd)
            {
                throw YamlScanner.Wrong(cursor, "found unexpected end of stream");
            }

            bool joined = ReadWord(cursor, quote, text);
            if (cursor.Here == quote)
            {
                cursor.Skip();
                return new YamlToken(YamlTokenKind.Scalar, line, text.ToString());
            }

            fold.ReadBlanks(cursor, joined);
            fold.Flush(text);
        }
    }

    /// <summary>Reads up to a blank, a line break or the end of the scalar.</summary>
    /// <returns>True if the line ended in a backslash, which joins it with the next.</returns>
    private static bool ReadWord(YamlCursor cursor, char quote, StringBuilder text)
    {
        while (!cursor.IsBlankOrEnd)
        {
            if (quote == '\'' && cursor.Here == '\'' && cursor.At(1) == '\'')
            {
                text.Append('\'');
                cursor.Skip(2);
            }
            else if (cursor.Here == quote)
            {
                return false;
            }
            else if (quote == '"' && cursor.Here == '\\' && cursor.IsBreakAt(1))
            {
                cursor.Skip();
                cursor.SkipLine();
                return true;
            }
            else if (quote == '"' && cursor.Here == '\\')
            {
                YamlEscapes.Read(cursor, text);
            }
            else
            {
                cursor.Read(text);
            }
        }

        return false;
    }
}
