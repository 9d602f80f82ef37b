using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>
/// Reads the fields of one object. Every field that is asked for becomes known; <see cref="Finish"/> reports the others, for
/// a misspelt bound would silently widen what a policy admits. A field that is null is one that isn't set, as in proto JSON.
/// </summary>
internal sealed partial class MapReader(ReadContext context, MapNode node, string path)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private bool _unknownIsWarning;
    private bool _keysAreData;

    public string Path => path;

    public Position Position => node.Position;

    public IReadOnlyList<MapEntry> Entries => node.Entries;

    /// <summary>The field under either spelling; null if it isn't set. Both spellings at once are one field twice.</summary>
    public MapEntry? Find(string field)
    {
        _known.Add(field);
        string snake = _keysAreData ? field : FieldNames.ToSnakeCase(field);
        MapEntry? entry = node.Find(field);
        if (snake != field && node.Find(snake) is { } other)
        {
            if (entry is not null)
            {
                context.Error(other.KeyPosition, At(field), ProblemReason.Duplicate, $"is set twice: as {field} and as {snake}");
            }

            entry ??= other;
        }

        return entry?.Value is ScalarNode { Kind: ScalarKind.Null } ? null : entry;
    }

    public bool Has(string field) => Find(field) is not null;

    /// <summary>A message; null if the field isn't set or isn't an object.</summary>
    public T? Message<T>(string field, Func<MapReader, T> read, bool required = false)
        where T : class
    {
        if (Find(field) is not { } entry)
        {
            Missing(field, required);
            return null;
        }

        return ReadMessage(entry.Value, At(field), read);
    }

    /// <summary>A list of messages; empty if the field isn't set.</summary>
    public IReadOnlyList<T> Messages<T>(string field, Func<MapReader, T> read, bool required = false)
        where T : class =>
        [.. Items(field, required).Select(item => ReadMessage(item.Node, item.Path, read)).OfType<T>()];

    /// <summary>A message that is kept as it is.</summary>
    public JsonObject? Raw(string field) =>
        Find(field) is { } entry && Expect<MapNode>(entry.Value, At(field), "an object") is { } map
            ? (JsonObject?)JsonNodes.ToJson(map)
            : null;

    /// <summary>Reports if several of the fields are set, or none where one is needed.</summary>
    public void OneOf(bool required, params ReadOnlySpan<string> fields)
    {
        string first = "";
        foreach (string field in fields)
        {
            if (Find(field) is not { } entry)
            {
                continue;
            }

            if (first.Length != 0)
            {
                context.Error(entry.KeyPosition, At(field), ProblemReason.Invalid, $"can't be set together with {first}: choose one");
            }

            first = first.Length == 0 ? field : first;
        }

        if (first.Length == 0 && required)
        {
            context.Error(Position, path, ProblemReason.Required, $"needs one of: {string.Join(", ", fields)}");
        }
    }

    /// <summary>Marks a field as known without reading it.</summary>
    public void Ignore(string field) => _known.Add(field);

    /// <summary>Reports an error at a field, or at the object if the field isn't set.</summary>
    public void Error(string field, ProblemReason reason, string message) =>
        context.Error(Find(field)?.Value.Position ?? Position, At(field), reason, message);

    /// <summary>Reports a warning at a field.</summary>
    public void Warn(string field, string message) =>
        context.Warn(Find(field)?.Value.Position ?? Position, At(field), message);

    /// <summary>Reports an error of the object as a whole.</summary>
    public void ErrorHere(ProblemReason reason, string message) => context.Error(Position, path, reason, message);

    /// <summary>Reports a warning about the object as a whole.</summary>
    public void WarnHere(string message) => context.Warn(Position, path, message);

    /// <summary>Makes unknown fields warnings: for kinds that others own, and add to.</summary>
    public void UnknownFieldsAreWarnings() => _unknownIsWarning = true;

    /// <summary>Reports every field that no one asked for.</summary>
    public void Finish()
    {
        HashSet<string> accepted = new(_known.Concat(_known.Select(FieldNames.ToSnakeCase)), StringComparer.Ordinal);
        foreach (MapEntry entry in node.Entries.Where(entry => !accepted.Contains(entry.Key)))
        {
            string meant = Suggestion.For(entry.Key, _known);
            string known = meant.Length != 0 || _known.Count == 0 ? meant : $"; known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}";
            context.Report(
                _unknownIsWarning ? ProblemSeverity.Warning : ProblemSeverity.Error,
                entry.KeyPosition,
                FieldPath.Child(path, ScalarNode.Show(entry.Key)),
                ProblemReason.Unknown,
                $"is not a known field{known}");
        }
    }

    private string At(string field) => _keysAreData ? FieldPath.Key(path, field) : FieldPath.Child(path, field);

    private void Missing(string field, bool required)
    {
        if (required)
        {
            context.Error(Position, At(field), ProblemReason.Required, "is required");
        }
    }

    private T? ReadMessage<T>(Node value, string at, Func<MapReader, T> read)
        where T : class
    {
        if (Expect<MapNode>(value, at, "an object") is not { } map)
        {
            return null;
        }

        MapReader reader = new(context, map, at);
        T message = read(reader);
        reader.Finish();
        return message;
    }

    private IEnumerable<(Node Node, string Path)> Items(string field, bool required)
    {
        string at = At(field);
        if (Find(field) is not { } entry)
        {
            Missing(field, required);
            return [];
        }

        if (Expect<ListNode>(entry.Value, at, "a list") is not { } list)
        {
            return [];
        }

        if (required && list.Items.Count == 0)
        {
            context.Error(list.Position, at, ProblemReason.Required, "needs at least one item");
        }

        return list.Items.Select((item, index) => (item, FieldPath.Item(at, index)));
    }

    private TNode? Expect<TNode>(Node value, string at, string what)
        where TNode : Node
    {
        if (value is TNode expected)
        {
            return expected;
        }

        context.Error(value.Position, at, ProblemReason.TypeInvalid, $"must be {what}, not {value.Describe()}");
        return null;
    }
}

/// <summary>Paths as the Kubernetes API writes them.</summary>
internal static class FieldPath
{
    public static string Child(string parent, string field) => parent.Length == 0 ? field : $"{parent}.{field}";

    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");

    public static string Key(string parent, string key) => $"{parent}[{Nodes.ScalarNode.Show(key)}]";
}
