using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Onboarding.Documents;

/// <summary>Reads YAML into nodes with positions.</summary>
internal sealed class YamlTree
{
    private readonly ReadContext _context;
    private readonly YamlEventReader _events;
    private Dictionary<string, Node?> _anchors = new(StringComparer.Ordinal);
    private long _nodes;

    private YamlTree(ReadContext context, string text)
    {
        _context = context;
        _events = new YamlEventReader(text);
    }

    /// <summary>The documents of a text; none for a text of nothing but comments.</summary>
    /// <exception cref="SyntaxException">The text isn't YAML, or breaks a limit.</exception>
    public static IReadOnlyList<Node> ReadAll(ReadContext context, string text) => new YamlTree(context, text).ReadAll();

    private List<Node> ReadAll()
    {
        List<Node> documents = [];
        while (_events.Next() is { } current)
        {
            if (current is DocumentStart)
            {
                _anchors = new Dictionary<string, Node?>(StringComparer.Ordinal);
                documents.Add(ReadNode(Next(), "", depth: 1));
            }
        }

        return documents;
    }

    private Node ReadNode(ParsingEvent current, string path, int depth)
    {
        Position position = PositionOf(current);
        if (depth > ReadLimits.Depth)
        {
            throw new SyntaxException(position, $"is nested more than {ReadLimits.Depth} deep");
        }

        if (current is AnchorAlias alias)
        {
            return Resolve(alias, position, depth);
        }

        Count(1, position);
        string? anchor = AnchorOf(current);
        if (anchor is not null)
        {
            // Until the node is complete, an alias to it would be a circle.
            _anchors[anchor] = null;
        }

        Node node = current switch
        {
            Scalar scalar => YamlScalars.Resolve(scalar, position),
            SequenceStart start => ReadList(start, position, path, depth),
            MappingStart start => ReadMap(start, position, path, depth),
            _ => throw new SyntaxException(position, "isn't YAML that can be read"),
        };
        if (anchor is not null)
        {
            _anchors[anchor] = node;
        }

        return node;
    }

    private Node Resolve(AnchorAlias alias, Position position, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out Node? node))
        {
            throw new SyntaxException(position, $"the alias *{alias.Value.Value} has no anchor before it");
        }

        if (node is null)
        {
            throw new SyntaxException(position, $"the alias *{alias.Value.Value} is inside its own anchor");
        }

        Count(node.Count, position);
        return depth + node.Height - 1 <= ReadLimits.Depth
            ? node
            : throw new SyntaxException(position, $"is nested more than {ReadLimits.Depth} deep once the alias *{alias.Value.Value} is followed");
    }

    private ListNode ReadList(SequenceStart start, Position position, string path, int depth)
    {
        YamlScalars.CheckTag(start.Tag, "tag:yaml.org,2002:seq", position);
        List<Node> items = [];
        for (ParsingEvent current = Next(); current is not SequenceEnd; current = Next())
        {
            items.Add(ReadNode(current, FieldPath.Item(path, items.Count), depth + 1));
        }

        return new ListNode(position, items);
    }

    private MapNode ReadMap(MappingStart start, Position position, string path, int depth)
    {
        YamlScalars.CheckTag(start.Tag, "tag:yaml.org,2002:map", position);
        MapBuilder map = new(_context, path);
        List<MapNode> merged = [];
        for (ParsingEvent current = Next(); current is not MappingEnd; current = Next())
        {
            Position keyPosition = PositionOf(current);
            // A key's own value counts like any other: {"": , "": …} is no way around the limit.
            Node key = ReadNode(current, path, depth + 1);
            if (key is not ScalarNode scalar)
            {
                throw new SyntaxException(keyPosition, $"a key must be text, not {key.Describe()}");
            }

            bool isMerge = current is Scalar { Style: ScalarStyle.Plain, Value: "<<" };
            string childPath = isMerge ? path : FieldPath.Child(path, ScalarNode.Show(KeyOf(current, scalar)));
            Node value = ReadNode(Next(), childPath, depth + 1);
            if (isMerge)
            {
                merged.AddRange(Merged(value));
            }
            else
            {
                map.Add(KeyOf(current, scalar), keyPosition, value);
            }
        }

        // Last, for what is written out wins wherever it is.
        merged.ForEach(map.Merge);
        return map.Build(position);
    }

    // Keys are texts in JSON: what looks like a number or a boolean keeps its spelling.
    private static string KeyOf(ParsingEvent current, ScalarNode scalar) => current is Scalar written ? written.Value : scalar.Text;

    private static IEnumerable<MapNode> Merged(Node value) => value switch
    {
        MapNode map => [map],
        ListNode list when list.Items.All(item => item is MapNode) => list.Items.Cast<MapNode>(),
        _ => throw new SyntaxException(value.Position, $"<< must be an object or a list of objects, not {value.Describe()}"),
    };

    private void Count(long nodes, Position position)
    {
        _nodes += nodes;
        if (_nodes > ReadLimits.Nodes)
        {
            throw new SyntaxException(position, $"holds more than {ReadLimits.Nodes:N0} values, with aliases counted as what they stand for");
        }
    }

    private ParsingEvent Next() => _events.Next() ?? throw new SyntaxException(default, "ends unexpectedly");

    private static string? AnchorOf(ParsingEvent current) =>
        current is NodeEvent { Anchor.IsEmpty: false } node ? node.Anchor.Value : null;

    private static Position PositionOf(ParsingEvent current) => new((int)current.Start.Line, (int)current.Start.Column);
}
