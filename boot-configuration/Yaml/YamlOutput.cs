using System.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>The text written so far, and how far into its line the next character goes.</summary>
internal sealed class YamlOutput
{
    private readonly StringBuilder _text = new();
    private bool _continues;

    /// <summary>Characters (code points) on the current line.</summary>
    public int Column { get; private set; }

    public void Write(string text)
    {
        _text.Append(text);
        Column += text.EnumerateRunes().Count();
    }

    public void Write(Rune rune)
    {
        _text.Append(rune.ToString());
        Column++;
    }

    public void Break()
    {
        _text.Append('\n');
        Column = 0;
    }

    /// <summary>A line break that is part of the text, in its own form.</summary>
    public void Break(Rune rune)
    {
        _text.Append(rune.ToString());
        Column = 0;
    }

    /// <summary>Ends the line if it has anything.</summary>
    public void EndLine()
    {
        if (Column > 0)
        {
            Break();
        }
    }

    /// <summary>Goes to a column of a new line, or stays where the line already continues there.</summary>
    public void Indent(int column)
    {
        if (_continues)
        {
            _continues = false;
            return;
        }

        EndLine();
        Write(new string(' ', column));
    }

    /// <summary>The next <see cref="Indent"/> finds itself already at its column, on this line.</summary>
    public void ContinueAt(int column) => _continues = Column == column;

    public override string ToString() => _text.ToString();
}
