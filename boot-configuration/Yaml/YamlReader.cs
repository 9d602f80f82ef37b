using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Text;
using Onboarding.BootConfiguration.Yaml.Scanning;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>
/// Reads the first document of a YAML 1.1 text as JSON, the way <c>sigs.k8s.io/yaml</c> does: last of equal keys wins, keys become
/// texts, <c>&lt;&lt;</c> merges.
/// </summary>
internal sealed class YamlReader
{
    private readonly Dictionary<string, List<YamlEvent>> _anchors = new(StringComparer.Ordinal);
    private int _nodes;
    private bool _hasUnsupportedKey;

    private YamlReader()
    {
    }

    /// <summary>The document, or null where there is none.</summary>
    /// <exception cref="BootConfigurationException">It isn't YAML, or more than is accepted.</exception>
    public static JsonNode? Read(YamlText text, string what)
    {
        if (text.Bytes.Length > YamlLimits.Bytes)
        {
            throw new BootConfigurationException($"{what}: longer than {YamlLimits.Bytes} bytes");
        }

        try
        {
            return YamlParser.Parse(YamlInput.Of(text.Bytes)) is { } events ? new YamlReader().Document(new YamlEvents(events)) : null;
        }
        catch (BootConfigurationException e)
        {
            throw new BootConfigurationException($"{what}: {e.Message}", e);
        }
    }

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

        YamlEvent next = events.Peek();
        if (next.Kind == YamlEventKind.Alias)
        {
            events.Next();
            return Value(Anchored(next), depth + 1);
        }

        if (next.Anchor.Length > 0)
        {
            // Known only from its end on: an alias inside its own anchor finds nothing, and so can't run in circles.
            List<YamlEvent> own = events.NodeAhead();
            JsonNode? value = Unanchored(events, depth);
            _anchors[next.Anchor] = own;
            return value;
        }

        return Unanchored(events, depth);
    }

    private JsonNode? Unanchored(YamlEvents events, int depth)
    {
        YamlEvent first = events.Next();
        switch (first.Kind)
        {
            case YamlEventKind.Scalar:
                return YamlTag.Resolve(first).Value;
            case YamlEventKind.SequenceStart:
                var items = new JsonArray();
                while (events.Peek().Kind != YamlEventKind.SequenceEnd)
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
        while (events.Peek().Kind != YamlEventKind.MappingEnd)
        {
            if (events.Peek() is { Kind: YamlEventKind.Scalar, Value: "<<" } merge && (merge.IsImplicit || merge.Tag == YamlTag.Merge))
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
        YamlEvent next = events.Peek();
        while (next.Kind == YamlEventKind.Alias)
        {
            events.Next();
            events = Anchored(next);
            next = events.Peek();
        }

        if (next.Kind != YamlEventKind.Scalar)
        {
            throw new BootConfigurationException($"line {next.Line}: invalid map key: only texts, numbers and booleans may be keys");
        }

        if (next.Anchor.Length > 0)
        {
            _anchors[next.Anchor] = [next];
        }

        events.Next();
        (YamlScalarKind kind, JsonNode? value) = YamlTag.Resolve(next);
        return kind switch
        {
            YamlScalarKind.Null => UnsupportedKey(next, "null"),
            YamlScalarKind.Float => FloatKey(value!.GetValue<double>()),
            YamlScalarKind.Boolean => value!.GetValue<bool>() ? "true" : "false",
            YamlScalarKind.Integer when !value!.AsValue().TryGetValue(out long _) => UnsupportedKey(next, "uint64"),
            YamlScalarKind.Integer => value!.ToJsonString(),
            _ => value!.GetValue<string>(),
        };
    }

    private string UnsupportedKey(YamlEvent key, string type)
    {
        _hasUnsupportedKey = true;
        return YamlUnsupportedKey.Of(key.Line, type);
    }

    private static string FloatKey(double value) => GoNumber.GeneralSingle(value) switch
    {
        "+Inf" => ".inf",
        "-Inf" => "-.inf",
        "NaN" => ".nan",
        var text => text,
    };

    private YamlEvents Anchored(YamlEvent alias) =>
        _anchors.TryGetValue(alias.Anchor, out List<YamlEvent>? events)
            ? new YamlEvents(events)
            : throw new BootConfigurationException($"line {alias.Line}: unknown anchor '{alias.Anchor}' referenced");

    private static BootConfigurationException TooMany() => new($"more than {YamlLimits.Nodes} nodes, aliases counted as often as used");
}
