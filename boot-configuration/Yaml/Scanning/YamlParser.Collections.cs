namespace Onboarding.BootConfiguration.Yaml.Scanning;

internal sealed partial class YamlParser
{
    private void BlockSequence(int depth)
    {
        _scanner.Skip();
        while (Is(YamlTokenKind.BlockEntry))
        {
            _scanner.Skip();
            NodeUnless(isBlock: true, isIndentless: false, depth, YamlTokenKind.BlockEntry, YamlTokenKind.BlockEnd);
        }

        End(YamlTokenKind.BlockEnd, YamlEventKind.SequenceEnd, "'-' indicator");
    }

    /// <summary>A list as far out as the key it belongs to.</summary>
    private void Indentless(int depth)
    {
        while (Is(YamlTokenKind.BlockEntry))
        {
            _scanner.Skip();
            NodeUnless(
                isBlock: true, isIndentless: false, depth, YamlTokenKind.BlockEntry, YamlTokenKind.Key, YamlTokenKind.Value, YamlTokenKind.BlockEnd);
        }

        Say(YamlEventKind.SequenceEnd);
    }

    private void BlockMapping(int depth)
    {
        _scanner.Skip();
        while (Is(YamlTokenKind.Key, YamlTokenKind.Value))
        {
            if (Is(YamlTokenKind.Key))
            {
                _scanner.Skip();
                NodeUnless(isBlock: true, isIndentless: true, depth, YamlTokenKind.Key, YamlTokenKind.Value, YamlTokenKind.BlockEnd);
            }
            else
            {
                throw Unexpected("key");
            }

            if (Is(YamlTokenKind.Value))
            {
                _scanner.Skip();
                NodeUnless(isBlock: true, isIndentless: true, depth, YamlTokenKind.Key, YamlTokenKind.Value, YamlTokenKind.BlockEnd);
            }
            else
            {
                Empty();
            }
        }

        End(YamlTokenKind.BlockEnd, YamlEventKind.MappingEnd, "key");
    }

    private void FlowSequence(int depth)
    {
        _scanner.Skip();
        for (bool isFirst = true; !Is(YamlTokenKind.FlowSequenceEnd); isFirst = false)
        {
            SkipComma(isFirst, "',' or ']'");
            if (Is(YamlTokenKind.Key))
            {
                Say(YamlEventKind.MappingStart);
                _scanner.Skip();
                Pair(depth + 1);
                Say(YamlEventKind.MappingEnd);
            }
            else if (!Is(YamlTokenKind.FlowSequenceEnd))
            {
                Node(isBlock: false, isIndentless: false, depth + 1);
            }
        }

        End(YamlTokenKind.FlowSequenceEnd, YamlEventKind.SequenceEnd, "']'");
    }

    /// <summary>A pair in brackets, which is a map of its own.</summary>
    private void Pair(int depth)
    {
        if (Is(YamlTokenKind.Value, YamlTokenKind.FlowEntry, YamlTokenKind.FlowSequenceEnd))
        {
            // go-yaml goes past this token, as libyaml does, so that the value is lost.
            _scanner.Skip();
            Empty();
        }
        else
        {
            Node(isBlock: false, isIndentless: false, depth + 1);
        }

        FlowValue(depth, YamlTokenKind.FlowSequenceEnd);
    }

    private void FlowMapping(int depth)
    {
        _scanner.Skip();
        for (bool isFirst = true; !Is(YamlTokenKind.FlowMappingEnd); isFirst = false)
        {
            SkipComma(isFirst, "',' or '}'");
            if (Is(YamlTokenKind.Key))
            {
                _scanner.Skip();
                NodeUnless(isBlock: false, isIndentless: false, depth, YamlTokenKind.Value, YamlTokenKind.FlowEntry, YamlTokenKind.FlowMappingEnd);
                FlowValue(depth, YamlTokenKind.FlowMappingEnd);
            }
            else if (!Is(YamlTokenKind.FlowMappingEnd))
            {
                Node(isBlock: false, isIndentless: false, depth + 1);
                Empty();
            }
        }

        End(YamlTokenKind.FlowMappingEnd, YamlEventKind.MappingEnd, "'}'");
    }

    private void FlowValue(int depth, YamlTokenKind end)
    {
        if (Is(YamlTokenKind.Value))
        {
            _scanner.Skip();
            NodeUnless(isBlock: false, isIndentless: false, depth, YamlTokenKind.FlowEntry, end);
        }
        else
        {
            Empty();
        }
    }

    private void SkipComma(bool isFirst, string expected)
    {
        if (isFirst)
        {
            return;
        }

        if (!Is(YamlTokenKind.FlowEntry))
        {
            throw Unexpected(expected);
        }

        _scanner.Skip();
    }

    private void NodeUnless(bool isBlock, bool isIndentless, int depth, params ReadOnlySpan<YamlTokenKind> nothing)
    {
        if (nothing.Contains(Next.Kind))
        {
            Empty();
        }
        else
        {
            Node(isBlock, isIndentless, depth + 1);
        }
    }

    private void End(YamlTokenKind end, YamlEventKind kind, string expected)
    {
        if (!Is(end))
        {
            throw Unexpected(expected);
        }

        Say(kind);
        _scanner.Skip();
    }
}
