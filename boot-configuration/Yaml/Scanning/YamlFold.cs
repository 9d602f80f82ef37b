using System.Text;

namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>Blanks and line breaks inside a scalar: one break becomes a space, more become one less.</summary>
internal sealed class YamlFold
{
    private readonly StringBuilder _blanks = new();
    private readonly StringBuilder _first = new();
    private readonly StringBuilder _more = new();

    /// <summary>A line break was read (or joined away) since the last word.</summary>
    public bool HasBreak { get; private set; }

    public bool HasBlanks => _blanks.Length > 0;

    /// <summary>Reads blanks and breaks.</summary>
    /// <param name="cursor">Where they start.</param>
    /// <param name="joined">The line before ended in a backslash.</param>
    /// <param name="least">Column before which a line may not begin with a tab; 0 for any.</param>
    public void ReadBlanks(YamlCursor cursor, bool joined, int least = 0)
    {
        HasBreak |= joined;
        while (cursor.IsBlank || cursor.IsBreak)
        {
            if (cursor.IsBreak)
            {
                if (HasBreak)
                {
                    cursor.ReadLine(_more);
                }
                else
                {
                    _blanks.Clear();
                    cursor.ReadLine(_first);
                    HasBreak = true;
                }
            }
            else if (HasBreak)
            {
                if (cursor.Column < least && cursor.Here == '\t')
                {
                    throw YamlScanner.Wrong(cursor, "found a tab character that violates indentation");
                }

                cursor.Skip();
            }
            else
            {
                cursor.Read(_blanks);
            }
        }
    }

    /// <summary>Adds what was read, folded.</summary>
    public void Flush(StringBuilder text)
    {
        if (!HasBreak)
        {
            text.Append(_blanks);
            _blanks.Clear();
            return;
        }

        if (_first.Length == 0 || _first[0] != '\n')
        {
            text.Append(_first).Append(_more);
        }
        else if (_more.Length == 0)
        {
            text.Append(' ');
        }
        else
        {
            text.Append(_more);
        }

        _first.Clear();
        _more.Clear();
        HasBreak = false;
    }
}
