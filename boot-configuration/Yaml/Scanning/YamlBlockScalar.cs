using System.Text;

namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>Reads a literal or folded block.</summary>
internal static class YamlBlockScalar
{
    /// <param name="cursor">At its <c>|</c> or <c>&gt;</c>.</param>
    /// <param name="parent">Column of the block it stands in; -1 for none.</param>
    /// <exception cref="BootConfigurationException">Its first line or its indentation is wrong.</exception>
    public static YamlToken Read(YamlCursor cursor, int parent)
    {
        int line = cursor.Line;
        bool isLiteral = cursor.Here == '|';
        cursor.Skip();
        (int chomping, int increment) = Header(cursor);
        int indent = increment == 0 ? 0 : parent >= 0 ? parent + increment : increment;
        var text = new StringBuilder();
        var first = new StringBuilder();
        var more = new StringBuilder();
        Breaks(cursor, ref indent, more, parent);
        bool afterBlank = false;
        while (cursor.Column == indent && !cursor.IsEnd)
        {
            bool isBlank = cursor.IsBlank;
            if (!isLiteral && !afterBlank && !isBlank && first.Length > 0 && first[0] == '\n')
            {
                text.Append(more.Length == 0 ? " " : "");
            }
            else
            {
                text.Append(first);
            }

            text.Append(more);
            first.Clear();
            more.Clear();
            afterBlank = isBlank;
            while (!cursor.IsBreakOrEnd)
            {
                cursor.Read(text);
            }

            cursor.ReadLine(first);
            Breaks(cursor, ref indent, more, parent);
        }

        text.Append(chomping >= 0 ? first.ToString() : "").Append(chomping > 0 ? more.ToString() : "");
        return new YamlToken(YamlTokenKind.Scalar, line, text.ToString());
    }

    private static (int Chomping, int Increment) Header(YamlCursor cursor)
    {
        int chomping = Chomping(cursor);
        int increment = 0;
        if (char.IsAsciiDigit(cursor.Here))
        {
            increment = cursor.Here != '0' ? cursor.Here - '0' : throw YamlScanner.Wrong(cursor, "found an indentation indicator equal to 0");
            cursor.Skip();
        }

        chomping = chomping == 0 ? Chomping(cursor) : chomping;
        cursor.SkipBlanks();
        cursor.SkipComment();
        if (!cursor.IsBreakOrEnd)
        {
            throw YamlScanner.Wrong(cursor, "did not find expected comment or line break");
        }

        if (cursor.IsBreak)
        {
            cursor.SkipLine();
        }

        return (chomping, increment);
    }

    private static int Chomping(YamlCursor cursor)
    {
        int chomping = cursor.Here switch { '+' => 1, '-' => -1, _ => 0 };
        cursor.Skip(Math.Abs(chomping));
        return chomping;
    }

    private static void Breaks(YamlCursor cursor, ref int indent, StringBuilder breaks, int parent)
    {
        int most = 0;
        while (true)
        {
            while ((indent == 0 || cursor.Column < indent) && cursor.Here == ' ')
            {
                cursor.Skip();
            }

            most = Math.Max(most, cursor.Column);
            if ((indent == 0 || cursor.Column < indent) && cursor.Here == '\t')
            {
                throw YamlScanner.Wrong(cursor, "found a tab character where an indentation space is expected");
            }

            if (!cursor.IsBreak)
            {
                break;
            }

            cursor.ReadLine(breaks);
        }

        indent = indent == 0 ? Math.Max(Math.Max(most, parent + 1), 1) : indent;
    }
}
