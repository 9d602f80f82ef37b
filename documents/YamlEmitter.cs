using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Api;

namespace Onboarding.Documents;

/// <summary>Writes JSON values as YAML in block style; texts that some reader could take for something else are quoted.</summary>
internal sealed partial class YamlEmitter
{
    private static readonly HashSet<string> Ambiguous = new(
        ["null", "true", "false", "y", "n", "yes", "no", "on", "off"], StringComparer.OrdinalIgnoreCase);

    private readonly StringBuilder _yaml = new();

    public string Write(JsonNode json)
    {
        WriteValue(json, indentation: 0, afterKey: false);
        return _yaml.ToString();
    }

    private void WriteValue(JsonNode? json, int indentation, bool afterKey)
    {
        switch (json)
        {
            case JsonObject { Count: > 0 } map:
                WriteMap(map, indentation, onNewLine: afterKey);
                break;
            case JsonArray { Count: > 0 } list:
                WriteList(list, indentation, onNewLine: afterKey);
                break;
            default:
                _yaml.Append(afterKey ? " " : "").Append(Scalar(json, indentation)).Append('\n');
                break;
        }
    }

    private void WriteMap(JsonObject map, int indentation, bool onNewLine)
    {
        bool first = !onNewLine;
        if (onNewLine)
        {
            _yaml.Append('\n');
        }

        foreach ((string key, JsonNode? value) in map)
        {
            // The first key of an item follows its dash.
            _yaml.Append(' ', first && _yaml.Length != 0 ? 0 : indentation).Append(Key(key)).Append(':');
            first = false;
            // Lists stand under their key without further indentation, as Kubernetes writes them.
            WriteValue(value, value is JsonArray ? indentation : indentation + 2, afterKey: true);
        }
    }

    private void WriteList(JsonArray list, int indentation, bool onNewLine)
    {
        bool first = !onNewLine;
        if (onNewLine)
        {
            _yaml.Append('\n');
        }

        foreach (JsonNode? item in list)
        {
            _yaml.Append(' ', first && _yaml.Length != 0 ? 0 : indentation).Append("- ");
            first = false;
            WriteValue(item, indentation + 2, afterKey: false);
        }
    }

    private static string Scalar(JsonNode? json, int indentation) => json switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when json.GetValueKind() == JsonValueKind.String => TextValue(json.GetValue<string>(), indentation),
        _ => json.ToJsonString(),
    };

    private static string Key(string key) => IsPlain(key) ? key : Quote(key);

    private static string TextValue(string text, int indentation)
    {
        if (IsPlain(text))
        {
            return text;
        }

        // Certificates and key sets are for people only as blocks. The form is used where nothing about it is subtle.
        if (BlockText().IsMatch(text))
        {
            string prefix = new(' ', Math.Max(indentation, 2));
            bool ends = text.EndsWith('\n');
            string[] lines = (ends ? text[..^1] : text).Split('\n');
            return $"|{(ends ? "" : "-")}\n{string.Join('\n', lines.Select(line => prefix + line))}";
        }

        return Quote(text);
    }

    private static bool IsPlain(string text) => PlainText().IsMatch(text) && !Ambiguous.Contains(text);

    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"", text.Length + 2);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (i + 1 < text.Length && ForeignText.IsHiddenPair(c, text[i + 1]))
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\U{char.ConvertToUtf32(c, text[++i]):x8}");
                continue;
            }

            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                // Line and control characters of Unicode end lines or vanish; a byte-order mark does both. What turns text around is taken for
                // an instruction by terminals.
                _ when c is < ' ' or (>= '\x7f' and <= '\xa0') || ForeignText.IsInstruction(c) =>
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    // A letter, slash or underscore first, so that it is no number, date or anchor.
    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./@+-]*(:(?=//)[A-Za-z0-9_./@+-]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();

    // Two lines or more, each starting and ending with printable ASCII that isn't a space.
    [GeneratedRegex(@"^([!-~]([ -~]*[!-~])?\n)+([!-~]([ -~]*[!-~])?\n?)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex BlockText();
}
