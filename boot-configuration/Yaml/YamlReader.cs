using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Text;
using YamlDotNet.Core.Events;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>
/// Reads the first document of a YAML 1.1 text as JSON, the way <c>sigs.k8s.io/yaml</c> does: last of equal keys wins, keys become
/// texts, <c>&lt;&lt;</c> merges.
/// </summary>
internal sealed class YamlReader
{
    private readonly Dictionary<string, List<ParsingEvent>> _anchors = new(StringComparer.Ordinal);
    private int _nodes;
    private bool _hasUnsupportedKey;

    private YamlReader()
    {
    }

    /// <summary>The document, or null where there is none.</summary>
    /// <exception cref="BootConfigurationException">It isn't YAML, or more than is accepted; the message begins with what it is.</exception>
    public static JsonNode? Read(YamlText text, string what)
    {
        try
        {
            return text.Document;
        }
        catch (BootConfigurationException e)
        {
            throw new BootConfigurationException($"{what}: {e.Message}", e);
        }
    }

    /// <inheritdoc cref="Read(YamlText, string)"/>
    public static JsonNode? Read(byte[] bytes) =>
        bytes.Length > YamlLimits.Bytes ? throw new BootConfigurationException($"longer than {YamlLimits.Bytes} bytes")
        : YamlDocument.Parse(YamlInput.Decode(bytes)) is { } events ? new YamlReader().Document(new YamlEvents(events))
        : null;

    private JsonNode? Document(YamlEvents events)
    {
        JsonNode? document = Value(events, 0);
        if (_hasUnsupportedKey)
        {
            YamlUnsupportedKey.Refuse(document);
        }

        return document;
    }

    private JsonNode? Value(YamlEvents events, int depth)
    {
        if (++_nodes > YamlLimits.Nodes)
        {
            throw TooMany();
        }

        if (depth > YamlLimits.Depth)
        {
            throw new BootConfigurationException($"nested deeper than {YamlLimits.Depth} levels");
        }

        ParsingEvent next = events.Peek();
        if (next is AnchorAlias alias)
        {
            events.Next();
            return Value(Anchored(alias), depth + 1);
        }

        if (next is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            // Known only from its end on: an alias inside its own anchor finds nothing, and so can't run in circles.
            List<ParsingEvent> own = events.NodeAhead();
            JsonNode? value = Unanchored(events, depth);
            _anchors[anchored.Anchor.Value] = own;
            return value;
        }

        return Unanchored(events, depth);
    }

    private JsonNode? Unanchored(YamlEvents events, int depth)
    {
        switch (events.Next())
        {
            case Scalar scalar:
                return YamlTag.Resolve(scalar).Value;
            case SequenceStart:
                var items = new JsonArray();
                while (events.Peek() is not SequenceEnd)
                {
                    items.Add(Value(events, depth + 1));
                }

                events.Next();
                return items;
            default:
                var members = new JsonObject();
                Members(events, members, depth);
                events.Next();
                return members;
        }
    }

    private void Members(YamlEvents events, JsonObject into, int depth)
    {
        while (events.Peek() is not MappingEnd)
        {
            if (events.Peek() is Scalar { Value: "<<" } merge && YamlTag.IsMerge(merge))
            {
                events.Next();
                Merge(Value(events, depth + 1), into);
                continue;
            }

            string key = Key(events);
            into[key] = Value(events, depth + 1);
        }
    }

    private static void Merge(JsonNode? source, JsonObject into)
    {
        switch (source)
        {
            case JsonObject map:
                foreach ((string key, JsonNode? value) in map)
                {
                    into[key] = value?.DeepClone();
                }

                break;
            case JsonArray list when list.All(i => i is JsonObject):
                // Earlier maps take precedence over following ones.
                foreach (JsonNode? map in list.Reverse())
                {
                    Merge(map, into);
                }

                break;
            default:
                throw new BootConfigurationException("map merge requires map or sequence of maps as the value");
        }
    }

    private string Key(YamlEvents events)
    {
        ParsingEvent next = events.Peek();
        while (next is AnchorAlias alias)
        {
            events.Next();
            events = Anchored(alias);
            next = events.Peek();
        }

        if (next is not Scalar scalar)
        {
            throw new BootConfigurationException($"line {next.Start.Line}: invalid map key: only texts, numbers and booleans may be keys");
        }

        if (!scalar.Anchor.IsEmpty)
        {
            _anchors[scalar.Anchor.Value] = [scalar];
        }

        events.Next();
        (YamlScalarKind kind, JsonNode? value) = YamlTag.Resolve(scalar);
        return kind switch
        {
            YamlScalarKind.Null => UnsupportedKey(scalar, "null"),
            YamlScalarKind.Float => FloatKey(value!.GetValue<double>()),
            YamlScalarKind.Boolean => value!.GetValue<bool>() ? "true" : "false",
            YamlScalarKind.Integer when !value!.AsValue().TryGetValue(out long _) => UnsupportedKey(scalar, "uint64"),
            YamlScalarKind.Integer => value!.ToJsonString(),
            _ => value!.GetValue<string>(),
        };
    }

    private string UnsupportedKey(Scalar key, string type)
    {
        _hasUnsupportedKey = true;
        return YamlUnsupportedKey.Represent((int)key.Start.Line, type);
    }

    private static string FloatKey(double value) => GoNumber.GeneralSingle(value) switch
    {
        "+Inf" => ".inf",
        "-Inf" => "-.inf",
        "NaN" => ".nan",
        var text => text,
    };

    private YamlEvents Anchored(AnchorAlias alias) =>
        _anchors.TryGetValue(alias.Value.Value, out List<ParsingEvent>? events)
            ? new YamlEvents(events)
            : throw new BootConfigurationException($"line {alias.Start.Line}: unknown anchor '{alias.Value.Value}' referenced");

    private static BootConfigurationException TooMany() => new($"more than {YamlLimits.Nodes} nodes, aliases counted as often as used");
}
