using System.Text;

namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>A place in a text, counted as YAML counts: characters beyond the 16-bit ones are one column.</summary>
internal sealed class YamlCursor(YamlInput input)
{
    private readonly string _text = input.Text;
    private int _at;

    /// <summary>Line, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Column, from 0.</summary>
    public int Column { get; private set; }

    /// <summary>Characters before this one.</summary>
    public int Index { get; private set; }

    /// <summary>The character here, NUL at the end; there is no other NUL in a text that may be read.</summary>
    public char Here => At(0);

    public bool IsEnd => Here == '\0';

    public bool IsBreak => IsBreakAt(0);

    public bool IsBlank => Here is ' ' or '\t';

    public bool IsBreakOrEnd => IsBreak || IsEnd;

    public bool IsBlankOrEnd => IsBlankOrEndAt(0);

    public bool IsWordCharacter => char.IsAsciiLetterOrDigit(Here) || Here is '_' or '-';

    /// <exception cref="BootConfigurationException">The text goes on with what can't be read.</exception>
    public char At(int offset) => _at + offset < _text.Length ? _text[_at + offset]
        : input.Problem is null ? '\0'
        : throw new BootConfigurationException(input.Problem);

    public bool IsBreakAt(int offset) => At(offset) is '\r' or '\n' or '\u0085' or '\u2028' or '\u2029';

    public bool IsBlankOrEndAt(int offset) => At(offset) is ' ' or '\t' or '\0' || IsBreakAt(offset);

    /// <summary>True at the start of a line that holds <c>---</c> or <c>...</c>.</summary>
    public bool IsDocumentIndicator(char character) =>
        Column == 0 && Here == character && At(1) == character && At(2) == character && IsBlankOrEndAt(3);

    public void Skip(int characters = 1)
    {
        for (int i = 0; i < characters; i++)
        {
            _at += char.IsHighSurrogate(Here) ? 2 : 1;
            Column++;
            Index++;
        }
    }

    public void SkipBlanks()
    {
        while (IsBlank)
        {
            Skip();
        }
    }

    /// <summary>Skips a comment, if one starts here, up to the end of its line.</summary>
    public void SkipComment()
    {
        if (Here == '#')
        {
            while (!IsBreakOrEnd)
            {
                Skip();
            }
        }
    }

    public void SkipLine()
    {
        int length = Here == '\r' && At(1) == '\n' ? 2 : 1;
        _at += length;
        Index += length;
        Column = 0;
        Line++;
    }

    public void Read(StringBuilder into)
    {
        into.Append(Here);
        if (char.IsHighSurrogate(Here))
        {
            into.Append(At(1));
        }

        Skip();
    }

    /// <summary>Takes a line break: three kinds become a line feed, two stay what they are.</summary>
    public void ReadLine(StringBuilder into)
    {
        if (IsBreak)
        {
            into.Append(Here is '\u2028' or '\u2029' ? Here : '\n');
            SkipLine();
        }
    }

    /// <summary>Moves to the end of the text, as a line of its own.</summary>
    public void EndLine()
    {
        if (Column != 0)
        {
            Column = 0;
            Line++;
        }
    }
}
