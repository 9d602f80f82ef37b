namespace Onboarding.BootConfiguration.Yaml.Scanning;

internal sealed partial class YamlScanner
{
    private void Fetch()
    {
        SkipToToken();
        Unroll(_cursor.Column);
        if (_cursor.IsEnd)
        {
            FetchEnd();
        }
        else if (_cursor.Column == 0 && _cursor.Here == '%')
        {
            EndBlocks();
            _tokens.Add(YamlTagText.Directive(_cursor));
        }
        else if (_cursor.IsDocumentIndicator('-'))
        {
            EndBlocks();
            Add(YamlTokenKind.DocumentStart, 3);
        }
        else if (_cursor.IsDocumentIndicator('.'))
        {
            EndBlocks();
            Add(YamlTokenKind.DocumentEnd, 3);
        }
        else if (!FetchFlow() && !FetchBlock())
        {
            FetchScalar();
        }
    }

    private void FetchEnd()
    {
        _cursor.EndLine();
        EndBlocks();
        Add(YamlTokenKind.StreamEnd);
    }

    private void EndBlocks()
    {
        Unroll(-1);
        RemoveKey();
        _mayBeKey = false;
    }

    private bool FetchFlow()
    {
        switch (_cursor.Here)
        {
            case '[' or '{':
                SaveKey();
                if (Flow == YamlLimits.Depth)
                {
                    throw Wrong(_cursor, $"nested deeper than {YamlLimits.Depth} levels");
                }

                _keys.Add(null);
                _mayBeKey = true;
                Add(_cursor.Here == '[' ? YamlTokenKind.FlowSequenceStart : YamlTokenKind.FlowMappingStart, 1);
                return true;
            case ']' or '}':
                RemoveKey();
                if (Flow > 0)
                {
                    _keys.RemoveAt(_keys.Count - 1);
                }

                _mayBeKey = false;
                Add(_cursor.Here == ']' ? YamlTokenKind.FlowSequenceEnd : YamlTokenKind.FlowMappingEnd, 1);
                return true;
            case ',':
                RemoveKey();
                _mayBeKey = true;
                Add(YamlTokenKind.FlowEntry, 1);
                return true;
            default:
                return false;
        }
    }

    private bool FetchBlock()
    {
        bool ends = _cursor.IsBlankOrEndAt(1);
        switch (_cursor.Here)
        {
            case '-' when ends:
                Begin(YamlTokenKind.BlockSequenceStart, "block sequence entries are not allowed in this context");
                RemoveKey();
                _mayBeKey = true;
                Add(YamlTokenKind.BlockEntry, 1);
                return true;
            case '?' when ends || Flow > 0:
                Begin(YamlTokenKind.BlockMappingStart, "mapping keys are not allowed in this context");
                RemoveKey();
                _mayBeKey = Flow == 0;
                Add(YamlTokenKind.Key, 1);
                return true;
            case ':' when ends || Flow > 0:
                FetchValue();
                return true;
            default:
                return false;
        }
    }

    private void Begin(YamlTokenKind block, string refusal)
    {
        if (Flow == 0 && !_mayBeKey)
        {
            throw Wrong(_cursor, refusal);
        }

        Roll(_cursor.Column, block, _cursor.Line);
    }

    private void FetchValue()
    {
        int level = _keys.Count - 1;
        if (IsValid(level) && _keys[level] is { } key)
        {
            // What was taken for a scalar (or a list) was a key; perhaps the first of a block.
            _tokens.Insert(_head + key.Token - _taken, new YamlToken(YamlTokenKind.Key, key.Line));
            Roll(key.Column, YamlTokenKind.BlockMappingStart, key.Line, key.Token);
            _keys[level] = null;
            _mayBeKey = false;
        }
        else
        {
            Begin(YamlTokenKind.BlockMappingStart, "mapping values are not allowed in this context");
            _mayBeKey = Flow == 0;
        }

        Add(YamlTokenKind.Value, 1);
    }

    private void FetchScalar()
    {
        char here = _cursor.Here;
        bool ends = _cursor.IsBlankOrEndAt(1);
        switch (here)
        {
            case '|' or '>' when Flow == 0:
                RemoveKey();
                _mayBeKey = true;
                _tokens.Add(YamlBlockScalar.Read(_cursor, _indent));
                break;
            case '*' or '&' or '!' or '\'' or '"':
                SaveKey();
                _mayBeKey = false;
                _tokens.Add(here switch
                {
                    '!' => YamlTagText.Tag(_cursor),
                    '\'' or '"' => YamlFlowScalar.Read(_cursor),
                    _ => Anchor(here == '*' ? YamlTokenKind.Alias : YamlTokenKind.Anchor),
                });
                break;
            case '-' when _cursor.At(1) is not (' ' or '\t'):
            case '?' or ':' when Flow == 0 && !ends:
            case not ('-' or '?' or ':' or '#' or '|' or '>' or '%' or '@' or '`' or '\t'):
                SaveKey();
                _tokens.Add(YamlPlainScalar.Read(_cursor, _indent, Flow > 0, out bool endsLine));
                _mayBeKey = endsLine;
                break;
            default:
                throw Wrong(_cursor, "found character that cannot start any token");
        }
    }

    private YamlToken Anchor(YamlTokenKind kind)
    {
        int line = _cursor.Line;
        _cursor.Skip();
        var name = new System.Text.StringBuilder();
        while (_cursor.IsWordCharacter)
        {
            _cursor.Read(name);
        }

        return name.Length > 0 && (_cursor.IsBlankOrEnd || _cursor.Here is '?' or ':' or ',' or ']' or '}' or '%' or '@' or '`')
            ? new YamlToken(kind, line, name.ToString())
            : throw Wrong(_cursor, "did not find expected alphabetic or numeric character");
    }
}
