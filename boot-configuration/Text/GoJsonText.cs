using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.BootConfiguration.Text;

/// <summary>Texts as Go's <c>encoding/json</c> writes them: compact, and safe to put into HTML.</summary>
internal static class GoJsonText
{
    public static string Object(IEnumerable<KeyValuePair<string, string>> members) =>
        "{" + string.Join(',', members.OrderBy(m => m.Key, ByteOrder.Instance).Select(m => $"{Quote(m.Key)}:{Quote(m.Value)}")) + "}";

    /// <summary>Any JSON; numbers stay as they are written.</summary>
    public static string Write(JsonNode? json) => json switch
    {
        JsonObject members => "{" + string.Join(',', members.OrderBy(m => m.Key, ByteOrder.Instance).Select(m => $"{Quote(m.Key)}:{Write(m.Value)}")) + "}",
        JsonArray items => "[" + string.Join(',', items.Select(Write)) + "]",
        _ when json?.GetValueKind() == JsonValueKind.String => Quote(json.GetValue<string>()),
        _ => json?.ToJsonString() ?? "null",
    };

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (Rune rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append((char)rune.Value);
                    break;
                case '\b':
                    quoted.Append("\\b");
                    break;
                case '\f':
                    quoted.Append("\\f");
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\r':
                    quoted.Append("\\r");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029:
                    quoted.Append("\\u").Append(rune.Value.ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    quoted.Append(rune.ToString());
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }
}

/// <summary>Go's order of texts: by UTF-8 bytes. Differs from ordinal UTF-16 order where surrogates meet U+E000 and up.</summary>
internal sealed class ByteOrder : IComparer<string>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(string? x, string? y) =>
        Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
