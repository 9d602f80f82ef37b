using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>
/// Refuses what YamlDotNet reads by YAML 1.2 and go-yaml v2, which knows YAML 1.1, refuses or reads differently. Such a text must not
/// make a machine's files: the machine would start with settings that the mesh never had.
/// </summary>
/// <param name="text">The text that the events come from.</param>
internal sealed class YamlRefusals(string text)
{
    private const string OwnTags = "tag:yaml.org,2002:";

    private const int LongestKey = 1024;

    private int _depth;
    private int _flow;
    private int _end;
    private bool _isAfterPlain;

    private bool IsFlow => _flow > 0;

    /// <summary>Checks the next event and the text since the one before.</summary>
    /// <exception cref="BootConfigurationException">go-yaml reads something else here, or nothing.</exception>
    public void Check(ParsingEvent next)
    {
        if (next is DocumentStart start)
        {
            Directives(start);
            _end = start.IsImplicit ? 0 : (int)start.End.Index;
            return;
        }

        Tabs(next);
        Descend(next);
        switch (next)
        {
            case AnchorAlias alias:
                Name(alias.Value, next);
                break;
            case Scalar scalar:
                Properties(scalar);
                Scalar(scalar);
                break;
            case NodeEvent node:
                Properties(node);
                break;
            case SequenceEnd or MappingEnd when IsFlow:
                Separated(next);
                break;
            default:
                break;
        }
    }

    // The parser reads {a: [b] c: d} as if there were a comma.
    private void Separated(ParsingEvent end)
    {
        // Else it is the end of [a: b]'s map, which has no bracket of its own.
        ReadOnlySpan<char> behind = text.AsSpan((int)end.Start.Index);
        if (behind is not [var bracket, ..] || bracket != (end is SequenceEnd ? ']' : '}'))
        {
            return;
        }

        behind = behind[1..].TrimStart();
        while (behind is ['#', ..])
        {
            int line = behind.IndexOfAny('\r', '\n');
            behind = line < 0 ? [] : behind[line..].TrimStart();
        }

        if (behind is not ([',' or ']' or '}' or ':', ..] or []))
        {
            throw Refused(end, "did not find expected ',' or a closing bracket");
        }
    }

    private void Directives(DocumentStart start)
    {
        if (start.Version is { Version: not { Major: 1, Minor: 1 } })
        {
            throw Refused(start, "found incompatible YAML document; %YAML 1.1 is read");
        }

        // The parser skips directives that it doesn't know.
        foreach (ReadOnlySpan<char> line in text.AsSpan(0, (int)(start.IsImplicit ? start.Start : start.End).Index).EnumerateLines())
        {
            if (line is ['%', ..] && !line.StartsWith("%YAML") && !line.StartsWith("%TAG"))
            {
                throw Refused(start, "found unknown directive name");
            }
        }
    }

    /// <summary>Looks for a tab where a line or an entry of a block begins; in brackets, tabs are blanks.</summary>
    private void Tabs(ParsingEvent next)
    {
        int from = _end;
        int to = Math.Min((int)next.Start.Index, text.Length);
        bool isAfterPlain = _isAfterPlain;
        // A list without brackets starts with its first dash, which belongs to what is looked at next.
        _end = Math.Max(_end, (int)(next is SequenceStart { Style: SequenceStyle.Block } ? next.Start : next.End).Index);
        _isAfterPlain = next is Scalar { Style: ScalarStyle.Plain, Value.Length: > 0 };
        if (IsFlow || to <= from || !text.AsSpan(from, to - from).Contains('\t'))
        {
            return;
        }

        // The blanks after a plain text were read with it, and tabs among them by go-yaml's rule.
        bool isPlain = isAfterPlain;
        bool begins = from == 0;
        bool isComment = false;
        foreach (char c in text.AsSpan(from, to - from))
        {
            if (YamlCharacters.IsBreak(c))
            {
                begins = true;
                isComment = false;
            }
            else if (c == '\t' && begins && !isComment && !isPlain)
            {
                throw Refused(next, "found a tab that indents; use spaces");
            }
            else
            {
                isComment |= c == '#';
                isPlain &= c is ' ' or '\t';
                begins = c is '-' or '?' || (begins && c is ' ' or ':');
            }
        }
    }

    private void Descend(ParsingEvent next)
    {
        _depth += next.NestingIncrease;
        if (!IsFlow && next is SequenceStart { Style: SequenceStyle.Flow } or MappingStart { Style: MappingStyle.Flow })
        {
            _flow = _depth;
        }
        else if (_depth < _flow)
        {
            _flow = 0;
        }
    }

    private static void Properties(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
        {
            Name(node.Anchor, node);
        }

        if (!node.Tag.IsEmpty && node.Tag.Value == OwnTags)
        {
            throw Refused(node, "did not find expected tag URI");
        }
    }

    private static void Name(AnchorName name, ParsingEvent at)
    {
        if (!name.Value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            throw Refused(at, "did not find expected alphabetic or numeric character");
        }
    }

    private void Scalar(Scalar scalar)
    {
        // What the parser makes of {a "b"}: a value without its colon.
        if (scalar is { Tag.IsEmpty: true, IsPlainImplicit: false, IsQuotedImplicit: false })
        {
            throw Refused(scalar, "did not find expected ',' or '}'");
        }

        if (IsFlow && scalar is { Tag.IsEmpty: false, Style: ScalarStyle.Plain, Value.Length: 0 } && TakesComma((int)scalar.Start.Index))
        {
            throw Refused(scalar, "found a ',' in a tag; put a blank between them");
        }

        if (IsFlow && LacksKey((int)scalar.Start.Index))
        {
            throw Refused(scalar, "did not find expected node content before ':'");
        }

        if (IsFlow && scalar.IsKey)
        {
            Key(scalar);
        }

        if (scalar.Style == ScalarStyle.Plain)
        {
            Plain(scalar);
        }
        else if (scalar.Style == ScalarStyle.DoubleQuoted)
        {
            Escapes(text.AsSpan((int)scalar.Start.Index, (int)(scalar.End.Index - scalar.Start.Index)), scalar);
        }
    }

    // In YAML 1.1, the comma of [!a, b] belongs to the tag, which is the tag of b then.
    private bool TakesComma(int start)
    {
        ReadOnlySpan<char> node = text.AsSpan(start);
        int end = node.IndexOfAny(",]}");
        return !node.StartsWith("!<") && end >= 0 && node[end] == ',' && start + end > 0 && !YamlCharacters.IsBlankOrBreak(text[start + end - 1]);
    }

    // Of {:"a"}, the parser makes a text with quotation marks; of {, :a}, a key.
    private bool LacksKey(int start)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, start < text.Length && text[start] == ':' ? start + 1 : start).TrimEnd();
        return before is [.., ':'] && before[..^1].TrimEnd() is [.., '{' or '[' or ','];
    }

    // YAML 1.2 reads such keys in braces; in YAML 1.1 they need a '?' before them.
    private void Key(Scalar key)
    {
        ReadOnlySpan<char> behind = text.AsSpan(Math.Min((int)key.End.Index, text.Length)).TrimStart(" \t");
        if (behind.TrimStart() is not [':', ..] || text.AsSpan(0, (int)key.Start.Index).TrimEnd().EndsWith("?"))
        {
            return;
        }

        if (key.Start.Line != key.End.Line || key.End.Index - key.Start.Index > LongestKey || behind[0] != ':')
        {
            throw Refused(key, "found a key in braces that isn't on one line with its ':', or is too long; put '? ' before it");
        }
    }

    private void Plain(Scalar scalar)
    {
        // {?a: b} has the key a in YAML 1.1, and [a?] and [@a] are errors.
        // Of [a, : "b"], the parser makes the text ' "b"'.
        if (IsFlow && (scalar.Value.Contains('?', StringComparison.Ordinal) || scalar.Value is [':' or '|' or '>' or '%' or '@' or '`' or ' ', ..]))
        {
            throw Refused(scalar, "found a character that plain texts in brackets or braces can't have; quote the text");
        }

        // {a:, b} has the key "a:" in YAML 1.1.
        ReadOnlySpan<char> behind = text.AsSpan(Math.Min((int)scalar.End.Index, text.Length));
        if (IsFlow && behind.TrimStart().StartsWith(":,"))
        {
            throw Refused(scalar, "found ':,' in brackets or braces; put a blank between them");
        }

        // The parser takes "a *b: c" for one text, if nothing before it says that it is a key.
        if (EndsAKey(scalar.Value) || (scalar.Value.EndsWith(':') && (behind.IsEmpty || YamlCharacters.IsBlankOrBreak(behind[0]))))
        {
            throw Refused(scalar, "found a ':' in a plain text; quote it");
        }
    }

    private static bool EndsAKey(string value)
    {
        for (int at = value.IndexOf(':', StringComparison.Ordinal); at >= 0 && at + 1 < value.Length; at = value.IndexOf(':', at + 1))
        {
            if (YamlCharacters.IsBlankOrBreak(value[at + 1]))
            {
                return true;
            }
        }

        return false;
    }

    // \/ and pairs of surrogates come from JSON, which YAML 1.1 doesn't include.
    private static void Escapes(ReadOnlySpan<char> written, Scalar scalar)
    {
        for (int at = written.IndexOf('\\'); at >= 0; at = written.IndexOf('\\'))
        {
            char letter = written[at + 1];
            int digits = letter switch { 'u' => 4, 'U' => 8, _ => 0 };
            written = written[(at + 2)..];
            if (letter == '/')
            {
                throw Refused(scalar, "found unknown escape character");
            }

            if (digits > 0 && uint.Parse(written[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is >= 0xD800 and <= 0xDFFF)
            {
                throw Refused(scalar, "found invalid Unicode character escape code");
            }
        }
    }

    private static BootConfigurationException Refused(ParsingEvent at, string what) => new($"line {at.Start.Line}: isn't YAML 1.1: {what}");
}
