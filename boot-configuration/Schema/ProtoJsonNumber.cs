using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Text;

namespace Onboarding.BootConfiguration.Schema;

/// <summary>Numbers in protobuf JSON: as numbers, or as texts that hold one.</summary>
internal static class ProtoJsonNumber
{
    public static object Integer(JsonNode? value, long minimum, long maximum, string type)
    {
        string? text = Text(value, type);
        if (text is null)
        {
            return 0L;
        }

        // Go's reader of numbers without a sign doesn't take one before a zero either.
        bool isSigned = minimum < 0 || text[0] != '-';
        return isSigned && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number)
            && number >= minimum && number <= maximum
            ? (long)number
            : throw new BootConfigurationException($"json: cannot unmarshal number {text} into Go value of type {type}");
    }

    public static object Double(JsonNode? value)
    {
        if (value?.GetValueKind() == JsonValueKind.String)
        {
            switch (value.GetValue<string>())
            {
                case "NaN":
                    return double.NaN;
                case "Infinity":
                    return double.PositiveInfinity;
                case "-Infinity":
                    return double.NegativeInfinity;
            }
        }

        string? text = Text(value, "float64");
        double number = text is null ? 0 : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number)
            ? number
            : throw new BootConfigurationException($"json: cannot unmarshal number {text} into Go value of type float64");
    }

    /// <summary>The number as JSON would have it; null for null.</summary>
    public static string? Text(JsonNode? value, string type)
    {
        switch (value?.GetValueKind())
        {
            case null or JsonValueKind.Null:
                return null;
            case JsonValueKind.Number:
                JsonValue number = value.AsValue();
                return number.TryGetValue(out JsonElement element) ? element.GetRawText()
                    : number.TryGetValue(out double real) ? GoNumber.Json(real)
                    : number.ToJsonString();
            case JsonValueKind.String:
                return Parse(value.GetValue<string>(), type);
            default:
                throw ProtoJsonReader.WrongType(value, type);
        }
    }

    // What is in quotes is read as JSON of its own.
    private static string? Parse(string text, string type)
    {
        JsonNode? inner;
        try
        {
            inner = JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new BootConfigurationException(
                text.Length == 0 ? "unexpected end of JSON input" : $"invalid number {GoJsonText.Quote(text)} for a value of type {type}", e);
        }

        return inner is null ? null
            : inner.GetValueKind() == JsonValueKind.Number ? inner.ToJsonString()
            : throw ProtoJsonReader.WrongType(inner, type);
    }
}
