using System.Globalization;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>Scalar fields, by the rules of proto3 JSON.</summary>
internal sealed partial class MapReader
{
    /// <summary>A text; null if the field isn't set.</summary>
    public string? Text(string field, TextCheck? check = null, bool required = false)
    {
        if (Find(field) is not { } entry)
        {
            Missing(field, required);
            return null;
        }

        return ReadText(entry.Value, At(field), check);
    }

    /// <summary>A text that must be there; empty (and reported) if it isn't.</summary>
    public string RequiredText(string field, TextCheck? check = null) => Text(field, check ?? Checks.NotEmpty, required: true) ?? "";

    /// <summary>A text where an empty one means the same as none.</summary>
    public string? OptionalText(string field, TextCheck check) =>
        Text(field, value => value.Length == 0 ? null : check(value)) is { Length: > 0 } text ? text : null;

    /// <summary>A list of texts; empty if the field isn't set.</summary>
    public IReadOnlyList<string> Texts(string field, TextCheck? check = null, bool required = false) =>
        [.. Items(field, required).Select(item => ReadText(item.Node, item.Path, check)).OfType<string>()];

    /// <summary>A map of texts; empty if the field isn't set.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string field)
    {
        string at = At(field);
        if (Find(field) is not { } entry || Expect<MapNode>(entry.Value, at, "an object") is not { } map)
        {
            return EmptyMap.Instance;
        }

        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (MapEntry pair in map.Entries)
        {
            if (ReadText(pair.Value, FieldPath.Key(at, pair.Key), check: null) is { } text)
            {
                texts[pair.Key] = text;
            }
        }

        return texts;
    }

    /// <summary>A whole number; null if the field isn't set.</summary>
    /// <param name="field">The field.</param>
    /// <param name="smallest">Smallest allowed value.</param>
    /// <param name="largest">Largest allowed value.</param>
    /// <param name="textToo">True: also as text, as proto JSON has it. The Kubernetes API doesn't.</param>
    /// <param name="outOfRange">What to say of a number out of range, if not the range.</param>
    public long? Integer(string field, long smallest, long largest, bool textToo = true, string? outOfRange = null)
    {
        if (Find(field) is not { } entry)
        {
            return null;
        }

        string at = At(field);
        if (entry.Value is not ScalarNode { Kind: ScalarKind.Number or ScalarKind.Text } scalar
            || (scalar.Kind == ScalarKind.Text && !textToo)
            || !decimal.TryParse(scalar.Text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out decimal number)
            || number != decimal.Truncate(number))
        {
            context.Error(entry.Value.Position, at, ProblemReason.TypeInvalid, $"must be a whole number, not {entry.Value.Describe()}");
            return null;
        }

        if (number < smallest || number > largest)
        {
            context.Error(entry.Value.Position, at, ProblemReason.Invalid, outOfRange ?? $"must be from {smallest} to {largest}, not {ScalarNode.Show(scalar.Text)}");
            return null;
        }

        return (long)number;
    }

    /// <summary>A port; null if the field isn't set.</summary>
    public int? Port(string field) => (int?)Integer(field, 1, Checks.LargestPort);

    /// <summary>A boolean; false if the field isn't set.</summary>
    public bool Flag(string field)
    {
        if (Find(field) is not { } entry)
        {
            return false;
        }

        if (entry.Value is ScalarNode { Kind: ScalarKind.Boolean } scalar)
        {
            return scalar.Text == "true";
        }

        context.Error(entry.Value.Position, At(field), ProblemReason.TypeInvalid, $"must be true or false, not {entry.Value.Describe()}");
        return false;
    }

    /// <summary>A duration; null if the field isn't set.</summary>
    public TimeSpan? Duration(string field, TimeSpan smallest)
    {
        if (Find(field) is not { } entry)
        {
            return null;
        }

        string at = At(field);
        if (entry.Value is not ScalarNode { Kind: ScalarKind.Text } scalar || !DurationText.TryParse(scalar.Text, out TimeSpan duration))
        {
            context.Error(entry.Value.Position, at, ProblemReason.TypeInvalid, $"must be a duration such as 30s, 100ms or 1h30m, not {entry.Value.Describe()}");
            return null;
        }

        if (duration < smallest)
        {
            context.Error(entry.Value.Position, at, ProblemReason.Invalid, $"must be at least {DurationText.Format(smallest)}, not {scalar.Text}");
            return null;
        }

        return duration;
    }

    /// <summary>A time, RFC 3339; null if the field isn't set.</summary>
    public DateTimeOffset? Time(string field)
    {
        if (Find(field) is not { } entry)
        {
            return null;
        }

        if (entry.Value is ScalarNode { Kind: ScalarKind.Text } scalar && TimeText.TryParse(scalar.Text, out DateTimeOffset time))
        {
            return time;
        }

        context.Error(entry.Value.Position, At(field), ProblemReason.TypeInvalid, $"must be a time such as 2026-01-31T12:00:00Z, not {entry.Value.Describe()}");
        return null;
    }

    /// <summary>One of some names, or its number; null if the field isn't set.</summary>
    /// <param name="field">The field.</param>
    /// <param name="names">The names; the index is the number, as in proto JSON.</param>
    public int? Choice(string field, IReadOnlyList<string> names)
    {
        if (Find(field) is not { } entry)
        {
            return null;
        }

        if (entry.Value is ScalarNode scalar)
        {
            for (int number = 0; number < names.Count; number++)
            {
                bool matches = scalar.Kind switch
                {
                    ScalarKind.Text => scalar.Text == names[number],
                    ScalarKind.Number => scalar.Text == number.ToString(CultureInfo.InvariantCulture),
                    _ => false,
                };
                if (matches)
                {
                    return number;
                }
            }
        }

        string meant = entry.Value is ScalarNode { Kind: ScalarKind.Text } text ? Suggestion.For(text.Text, names) : "";
        context.Error(entry.Value.Position, At(field), ProblemReason.NotSupported, $"must be one of {string.Join(", ", names)}, not {entry.Value.Describe()}{meant}");
        return null;
    }

    private string? ReadText(Node value, string at, TextCheck? check)
    {
        if (value is not ScalarNode { Kind: ScalarKind.Text } scalar)
        {
            string quote = value is ScalarNode { Kind: ScalarKind.Number or ScalarKind.Boolean } ? "; put it in quotes" : "";
            context.Error(value.Position, at, ProblemReason.TypeInvalid, $"must be text, not {value.Describe()}{quote}");
            return null;
        }

        if (check?.Invoke(scalar.Text) is { } wrong)
        {
            context.Error(value.Position, at, ProblemReason.Invalid, $"{wrong}; it is \"{ScalarNode.Show(scalar.Text)}\"");
        }

        return scalar.Text;
    }
}
