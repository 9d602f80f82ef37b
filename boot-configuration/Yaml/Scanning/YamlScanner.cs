namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>
/// Cuts YAML 1.1 into tokens as go-yaml v2 (libyaml) does, with the same tolerance and the same refusals: what Istio reads must be read
/// here, and what it refuses be refused.
/// </summary>
internal sealed partial class YamlScanner(YamlInput input)
{
    private const int LongestSimpleKey = 1024;

    private readonly YamlCursor _cursor = new(input);
    private readonly List<YamlToken> _tokens = [];
    private readonly Stack<int> _indents = [];
    private readonly List<YamlSimpleKey?> _keys = [null];
    private int _head;
    private int _taken;
    private int _indent = -1;
    private bool _mayBeKey = true;

    private int Flow => _keys.Count - 1;

    /// <summary>The next token; stays there until <see cref="Skip"/>.</summary>
    /// <exception cref="BootConfigurationException">What stands there isn't YAML.</exception>
    public YamlToken Peek()
    {
        while (_head == _tokens.Count || IsKeyStillOpen())
        {
            Fetch();
        }

        return _tokens[_head];
    }

    /// <summary>Goes past the next token.</summary>
    public void Skip()
    {
        Peek();
        _taken++;
        if (++_head == _tokens.Count)
        {
            _tokens.Clear();
            _head = 0;
        }
    }

    internal static BootConfigurationException Wrong(YamlCursor cursor, string what) => Wrong(cursor.Line, what);

    internal static BootConfigurationException Wrong(int line, string what) => new($"yaml: line {line}: {what}");

    /// <summary>True if the token at the head may yet turn out to be a key: then one that says so would come before it.</summary>
    private bool IsKeyStillOpen()
    {
        for (int i = 0; i < _keys.Count; i++)
        {
            if (_keys[i] is { } key && key.Token == _taken)
            {
                return IsValid(i);
            }
        }

        return false;
    }

    private bool IsValid(int level)
    {
        if (_keys[level] is not { } key)
        {
            return false;
        }

        if (key.Line == _cursor.Line && key.Index + LongestSimpleKey >= _cursor.Index)
        {
            return true;
        }

        _keys[level] = key.IsRequired ? throw Wrong(key.Line, "could not find expected ':'") : null;
        return false;
    }

    private void SaveKey()
    {
        if (_mayBeKey)
        {
            RemoveKey();
            _keys[^1] = new YamlSimpleKey(
                _taken + _tokens.Count - _head, Flow == 0 && _indent == _cursor.Column, _cursor.Line, _cursor.Column, _cursor.Index);
        }
    }

    private void RemoveKey() => _keys[^1] = _keys[^1] is { IsRequired: true } key ? throw Wrong(key.Line, "could not find expected ':'") : null;

    /// <summary>Begins a block if this column lies further in.</summary>
    private void Roll(int column, YamlTokenKind kind, int line, int? before = null)
    {
        if (Flow > 0 || _indent >= column)
        {
            return;
        }

        _indents.Push(_indent);
        _indent = column;
        var token = new YamlToken(kind, line);
        if (before is { } number)
        {
            _tokens.Insert(_head + number - _taken, token);
        }
        else
        {
            _tokens.Add(token);
        }
    }

    /// <summary>Ends blocks that lie further in than a column.</summary>
    private void Unroll(int column)
    {
        while (Flow == 0 && _indent > column)
        {
            Add(YamlTokenKind.BlockEnd);
            _indent = _indents.Pop();
        }
    }

    private void Add(YamlTokenKind kind) => _tokens.Add(new YamlToken(kind, _cursor.Line));

    private void Add(YamlTokenKind kind, int characters)
    {
        Add(kind);
        _cursor.Skip(characters);
    }

    private void SkipToToken()
    {
        while (true)
        {
            while (_cursor.Here == ' ' || ((Flow > 0 || !_mayBeKey) && _cursor.Here == '\t'))
            {
                _cursor.Skip();
            }

            _cursor.SkipComment();
            if (!_cursor.IsBreak)
            {
                return;
            }

            _cursor.SkipLine();
            _mayBeKey |= Flow == 0;
        }
    }
}
