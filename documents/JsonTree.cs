using System.Text;
using System.Text.Json;
using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Documents;

/// <summary>Reads JSON into nodes with positions.</summary>
internal ref struct JsonTree
{
    private readonly ReadContext _context;
    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _reader;
    private long _counted;
    private long _lineStart;
    private int _line;
    private long _nodes;

    private JsonTree(ReadContext context, ReadOnlySpan<byte> bytes)
    {
        _context = context;
        _bytes = bytes;
        _line = 1;
        // One more than allowed, so that our own message says what the limit is.
        _reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = ReadLimits.Depth + 1 });
    }

    /// <summary>The one value of a text.</summary>
    /// <exception cref="SyntaxException">The text isn't JSON, or breaks a limit.</exception>
    public static Node Read(ReadContext context, string text)
    {
        JsonTree tree = new(context, Encoding.UTF8.GetBytes(text));
        try
        {
            tree.Next();
            Node root = tree.ReadValue("", depth: 1);
            return tree._reader.Read() ? throw new SyntaxException(tree.Here(), "holds something after the end of the JSON value") : root;
        }
        catch (JsonException exception)
        {
            throw new SyntaxException(tree.At(exception), $"isn't valid JSON: {Short(exception.Message)}");
        }
        catch (InvalidOperationException)
        {
            // What GetString throws for half a surrogate pair.
            throw new SyntaxException(tree.Here(), "holds a text with half a character (an unpaired surrogate)");
        }
    }

    private Node ReadValue(string path, int depth)
    {
        Position position = Here();
        if (depth > ReadLimits.Depth)
        {
            throw new SyntaxException(position, $"is nested more than {ReadLimits.Depth} deep");
        }

        if (++_nodes > ReadLimits.Nodes)
        {
            throw new SyntaxException(position, $"holds more than {ReadLimits.Nodes:N0} values");
        }

        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(position, path, depth),
            JsonTokenType.StartArray => ReadArray(position, path, depth),
            JsonTokenType.String => new ScalarNode(position, ScalarKind.Text, _reader.GetString()!),
            JsonTokenType.Number => new ScalarNode(position, ScalarKind.Number, Encoding.UTF8.GetString(_reader.ValueSpan)),
            JsonTokenType.True => new ScalarNode(position, ScalarKind.Boolean, "true"),
            JsonTokenType.False => new ScalarNode(position, ScalarKind.Boolean, "false"),
            _ => new ScalarNode(position, ScalarKind.Null, "null"),
        };
    }

    private MapNode ReadObject(Position position, string path, int depth)
    {
        MapBuilder map = new(_context, path);
        while (Next() != JsonTokenType.EndObject)
        {
            Position keyPosition = Here();
            string key = _reader.GetString()!;
            Next();
            map.Add(key, keyPosition, ReadValue(FieldPath.Child(path, ScalarNode.Show(key)), depth + 1));
        }

        return map.Build(position);
    }

    private ListNode ReadArray(Position position, string path, int depth)
    {
        List<Node> items = [];
        while (Next() != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(FieldPath.Item(path, items.Count), depth + 1));
        }

        return new ListNode(position, items);
    }

    private JsonTokenType Next() =>
        _reader.Read() ? _reader.TokenType : throw new SyntaxException(Here(), "ends in the middle of a value");

    private Position Here() => At(_reader.TokenStartIndex);

    // Tokens come in order, so every byte is looked at once.
    private Position At(long offset)
    {
        for (; _counted < offset; _counted++)
        {
            if (_bytes[(int)_counted] == '\n')
            {
                _line++;
                _lineStart = _counted + 1;
            }
        }

        return new Position(_line, 1 + Encoding.UTF8.GetCharCount(_bytes[(int)_lineStart..(int)offset]));
    }

    private readonly Position At(JsonException exception)
    {
        int line = (int)(exception.LineNumber ?? 0);
        ReadOnlySpan<byte> rest = _bytes;
        for (int i = 0; i < line; i++)
        {
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        }

        int column = (int)Math.Min(exception.BytePositionInLine ?? 0, rest.Length);
        return new Position(line + 1, 1 + Encoding.UTF8.GetCharCount(rest[..column]));
    }

    private static string Short(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.', ' ');
    }
}
