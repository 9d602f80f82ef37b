namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>
/// Finds the nodes of a text's first document by go-yaml v2's grammar. What stands after that document isn't looked at, beyond its next
/// token.
/// </summary>
internal sealed partial class YamlParser
{
    private const string OwnPrefix = "tag:yaml.org,2002:";

    private readonly YamlScanner _scanner;
    private readonly List<YamlEvent> _events = [];
    private readonly Dictionary<string, string> _handles = new(StringComparer.Ordinal);

    private YamlParser(YamlInput input) => _scanner = new YamlScanner(input);

    private YamlToken Next => _scanner.Peek();

    /// <summary>The first document; null if there is none.</summary>
    /// <exception cref="BootConfigurationException">It isn't YAML, or is more than is accepted.</exception>
    public static List<YamlEvent>? Parse(YamlInput input) => new YamlParser(input).Document();

    private List<YamlEvent>? Document()
    {
        if (Is(YamlTokenKind.StreamEnd))
        {
            return null;
        }

        if (Is(YamlTokenKind.VersionDirective, YamlTokenKind.TagDirective, YamlTokenKind.DocumentStart))
        {
            Directives();
            if (!Is(YamlTokenKind.DocumentStart))
            {
                throw Unexpected("<document start>");
            }

            _scanner.Skip();
            if (Is(YamlTokenKind.VersionDirective, YamlTokenKind.TagDirective, YamlTokenKind.DocumentStart, YamlTokenKind.DocumentEnd, YamlTokenKind.StreamEnd))
            {
                Empty();
                return _events;
            }
        }

        _handles.TryAdd("!", "!");
        _handles.TryAdd("!!", OwnPrefix);
        Node(isBlock: true, isIndentless: false, 0);

        // Where a document ends only shows by what comes next.
        _ = Next;
        return _events;
    }

    private void Directives()
    {
        bool hasVersion = false;
        while (Is(YamlTokenKind.VersionDirective, YamlTokenKind.TagDirective))
        {
            YamlToken directive = Next;
            if (directive.Kind == YamlTokenKind.TagDirective)
            {
                if (!_handles.TryAdd(directive.Value, directive.Suffix))
                {
                    throw YamlScanner.Wrong(directive.Line, "found duplicate %TAG directive");
                }
            }
            else if (hasVersion)
            {
                throw YamlScanner.Wrong(directive.Line, "found duplicate %YAML directive");
            }
            else if (directive is not { Value: "1", Suffix: "1" })
            {
                throw YamlScanner.Wrong(directive.Line, "found incompatible YAML document");
            }
            else
            {
                hasVersion = true;
            }

            _scanner.Skip();
        }
    }

    private void Node(bool isBlock, bool isIndentless, int depth)
    {
        if (depth > YamlLimits.Depth)
        {
            throw YamlScanner.Wrong(Next.Line, $"nested deeper than {YamlLimits.Depth} levels");
        }

        if (Is(YamlTokenKind.Alias))
        {
            Say(YamlEventKind.Alias, anchor: Next.Value);
            _scanner.Skip();
            return;
        }

        (string anchor, string tag, bool isMarked) = Properties();
        YamlToken token = Next;
        switch (token.Kind)
        {
            case YamlTokenKind.BlockEntry when isIndentless:
                Say(YamlEventKind.SequenceStart, anchor, tag);
                Indentless(depth);
                break;
            case YamlTokenKind.Scalar:
                bool isImplicit = tag == "!" || (tag.Length == 0 && token.IsPlain);
                Say(YamlEventKind.Scalar, anchor, tag, token.Value, isImplicit);
                _scanner.Skip();
                break;
            case YamlTokenKind.FlowSequenceStart:
                Say(YamlEventKind.SequenceStart, anchor, tag);
                FlowSequence(depth);
                break;
            case YamlTokenKind.FlowMappingStart:
                Say(YamlEventKind.MappingStart, anchor, tag);
                FlowMapping(depth);
                break;
            case YamlTokenKind.BlockSequenceStart when isBlock:
                Say(YamlEventKind.SequenceStart, anchor, tag);
                BlockSequence(depth);
                break;
            case YamlTokenKind.BlockMappingStart when isBlock:
                Say(YamlEventKind.MappingStart, anchor, tag);
                BlockMapping(depth);
                break;
            case var _ when isMarked:
                Say(YamlEventKind.Scalar, anchor, tag, "", isImplicit: tag.Length == 0);
                break;
            default:
                throw Unexpected("node content");
        }
    }

    private (string Anchor, string Tag, bool IsMarked) Properties()
    {
        string anchor = "";
        YamlToken? tag = null;
        for (int i = 0; i < 2; i++)
        {
            if (anchor.Length == 0 && Is(YamlTokenKind.Anchor))
            {
                anchor = Next.Value;
                _scanner.Skip();
            }
            else if (tag is null && Is(YamlTokenKind.Tag))
            {
                tag = Next;
                _scanner.Skip();
            }
        }

        string full = tag is null ? ""
            : tag.Value.Length == 0 ? tag.Suffix
            : _handles.TryGetValue(tag.Value, out string? prefix) ? prefix + tag.Suffix
            : throw YamlScanner.Wrong(tag.Line, "found undefined tag handle");
        return (anchor, full, anchor.Length > 0 || full.Length > 0);
    }

    private bool Is(YamlTokenKind kind) => Next.Kind == kind;

    private bool Is(params ReadOnlySpan<YamlTokenKind> kinds) => kinds.Contains(Next.Kind);

    private void Empty() => Say(YamlEventKind.Scalar, isImplicit: true);

    private void Say(YamlEventKind kind, string anchor = "", string tag = "", string value = "", bool isImplicit = false)
    {
        if (_events.Count > 3 * YamlLimits.Nodes)
        {
            throw new BootConfigurationException($"more than {YamlLimits.Nodes} nodes");
        }

        _events.Add(new YamlEvent(kind, Next.Line, anchor, tag, value, isImplicit));
    }

    private BootConfigurationException Unexpected(string expected) => YamlScanner.Wrong(Next.Line, $"did not find expected {expected}");
}
