using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Text;
using YamlDotNet.Core;
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

    private YamlReader()
    {
    }

    /// <summary>The document, or null where there is none.</summary>
    /// <exception cref="BootConfigurationException">It isn't YAML, or more than is accepted.</exception>
    public static JsonNode? Read(string text, string what)
    {
        if (text.Length > YamlLimits.Characters)
        {
            throw new BootConfigurationException($"{what}: longer than {YamlLimits.Characters} characters");
        }

        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (!parser.Accept<DocumentStart>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            List<ParsingEvent> events = Node(parser);
            return new YamlReader().Value(new YamlEvents(events), 0);
        }
        catch (YamlException e)
        {
            string where = string.Create(CultureInfo.InvariantCulture, $"line {e.Start.Line}, column {e.Start.Column}");
            throw new BootConfigurationException($"{what}: not YAML: {where}: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // The scanner trips over some malformed texts (a plain scalar that ends in a brace, say) before it can say what is wrong.
            throw new BootConfigurationException($"{what}: not YAML: {e.Message}", e);
        }
        catch (BootConfigurationException e)
        {
            throw new BootConfigurationException($"{what}: {e.Message}", e);
        }
    }

    /// <summary>The events of one node; refuses depth and number before anything recursive sees them.</summary>
    private static List<ParsingEvent> Node(Parser parser)
    {
        var events = new List<ParsingEvent>();
        int depth = 0;
        do
        {
            ParsingEvent next = parser.Consume<ParsingEvent>();
            events.Add(next);
            depth += next.NestingIncrease;
            if (depth > YamlLimits.Depth)
            {
                throw new BootConfigurationException($"nested deeper than {YamlLimits.Depth} levels");
            }

            if (events.Count > 3 * YamlLimits.Nodes)
            {
                throw TooMany();
            }
        }
        while (depth > 0);

        return events;
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

        if (next is NodeEvent { Anchor.IsEmpty: false } node)
        {
            // Known only from its end on: an alias inside its own anchor finds nothing, and so can't run in circles.
            List<ParsingEvent> own = events.NodeAhead();
            JsonNode? value = Unanchored(events, depth);
            _anchors[node.Anchor.Value] = own;
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
            case MappingStart:
                var members = new JsonObject();
                Members(events, members, depth);
                events.Next();
                return members;
            case var other:
                throw new BootConfigurationException($"unexpected {other.GetType().Name}");
        }
    }

    private void Members(YamlEvents events, JsonObject into, int depth)
    {
        while (events.Peek() is not MappingEnd)
        {
            if (events.Peek() is Scalar { Value: "<<", IsPlainImplicit: true })
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
            YamlScalarKind.Null => throw new BootConfigurationException($"line {next.Start.Line}: unsupported map key of type: null"),
            YamlScalarKind.Float => FloatKey(value!.GetValue<double>()),
            YamlScalarKind.Boolean => value!.GetValue<bool>() ? "true" : "false",
            YamlScalarKind.Integer => value!.ToJsonString(),
            _ => value!.GetValue<string>(),
        };
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
