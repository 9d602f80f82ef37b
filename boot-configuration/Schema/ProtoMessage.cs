namespace Onboarding.BootConfiguration.Schema;

/// <summary>
/// A message's fields that were set. Values: <see cref="string"/>, <see cref="bool"/>, <see cref="long"/> (integers, enums, and
/// durations in nanoseconds), <see cref="double"/>, <see cref="ProtoMessage"/>, a list of those, or a dictionary of those by text.
/// </summary>
internal sealed class ProtoMessage(MessageSchema schema)
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    public MessageSchema Schema { get; } = schema;

    public object? this[string name] => _values.GetValueOrDefault(name);

    public string Text(string name) => this[name] as string ?? "";

    public long Integer(string name) => this[name] is long value ? value : 0;

    public ProtoMessage? Message(string name) => this[name] as ProtoMessage;

    /// <summary>A map of texts; empty when it isn't set.</summary>
    public Dictionary<string, string> Texts(string name) =>
        this[name] is Dictionary<string, object> map
            ? map.ToDictionary(e => e.Key, e => (string)e.Value, StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);

    public void Set(string name, object? value)
    {
        FieldSchema field = Schema[name];
        foreach (FieldSchema sibling in Schema.Fields.Where(f => f.OneOf is not null && f.OneOf == field.OneOf))
        {
            _values.Remove(sibling.Name);
        }

        if (value is null)
        {
            _values.Remove(name);
        }
        else
        {
            _values[name] = value;
        }
    }

    public void SetTexts(string name, IReadOnlyDictionary<string, string> texts) =>
        Set(name, texts.ToDictionary(t => t.Key, t => (object)t.Value, StringComparer.Ordinal));
}
