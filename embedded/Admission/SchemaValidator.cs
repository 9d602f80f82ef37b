using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Admission;

/// <summary>Checks a value against its schema and rules; reports every problem in the API server's words.</summary>
internal static class SchemaValidator
{
    /// <summary>Only problems of type, which a real server's decoder refuses before validation for built-in kinds.</summary>
    public static IReadOnlyList<FieldError> Types(JsonObject value, Schema schema)
    {
        var errors = new List<FieldError>();
        Visit(value, schema, "", errors, typesOnly: true);
        return errors;
    }

    public static IReadOnlyList<FieldError> Validate(JsonObject value, Schema schema)
    {
        var errors = new List<FieldError>();
        Visit(value, schema, "", errors, typesOnly: false);
        return errors;
    }

    /// <summary>JSON type of a value as messages name it.</summary>
    public static string TypeOf(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => IsInteger(node) ? "integer" : "number",
        },
    };

    private static void Visit(JsonNode? node, Schema schema, string path, List<FieldError> errors, bool typesOnly)
    {
        if (!HasType(node, schema.Type))
        {
            string actual = TypeOf(node);
            string expected = schema.Type == SchemaType.IntOrString ? "integer,string" : schema.Type.ToString().ToLowerInvariant();
            errors.Add(FieldError.TypeInvalid(path, $"\"{actual}\"", $"{path} in body must be of type {expected}: \"{actual}\""));
            return;
        }

        int before = errors.Count;
        switch (node)
        {
            case JsonObject value:
                Object(value, schema, path, errors, typesOnly);
                break;
            case JsonArray list:
                List(list, schema, path, errors, typesOnly);
                break;
            case JsonValue scalar when !typesOnly:
                Scalar(scalar, schema, path, errors);
                break;
        }

        // A rule may rely on the types and required fields below it.
        if (!typesOnly && node is not null && errors.Count == before)
        {
            errors.AddRange(schema.Rules.Where(r => !r.Holds(node))
                .Select(r => FieldError.Invalid(path, RuleValue(node), r.Message)));
        }
    }

    private static void Object(JsonObject value, Schema schema, string path, List<FieldError> errors, bool typesOnly)
    {
        if (!typesOnly)
        {
            errors.AddRange(schema.Required.Where(name => !value.ContainsKey(name)).Select(name => FieldError.Required(Join(path, name))));
            if (schema.MaxProperties is { } most && value.Count > most)
            {
                errors.Add(FieldError.TooMany(path, value.Count, most));
            }

            if (schema.OneOf.Count(value.ContainsKey) is > 1 and { } alternatives)
            {
                errors.Add(FieldError.Invalid(
                    path, "\"\"", $"\"{path}\" must validate one and only one schema (oneOf). Found {alternatives} valid alternatives"));
            }
        }

        foreach ((string name, JsonNode? child) in value)
        {
            if (schema.Of(name) is { } known)
            {
                bool entry = !schema.Properties.ContainsKey(name) && schema.Values is not null;
                Visit(child, known, entry ? $"{path}[{name}]" : Join(path, name), errors, typesOnly);
            }
        }
    }

    private static void List(JsonArray list, Schema schema, string path, List<FieldError> errors, bool typesOnly)
    {
        if (!typesOnly && schema.MinItems is { } least && list.Count < least)
        {
            errors.Add(FieldError.Invalid(
                path, list.Count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {least} items"));
        }

        if (!typesOnly && schema.MaxItems is { } most && list.Count > most)
        {
            errors.Add(FieldError.TooMany(path, list.Count, most));
        }

        for (int i = 0; i < list.Count && schema.Items is not null; i++)
        {
            Visit(list[i], schema.Items, $"{path}[{i}]", errors, typesOnly);
        }

        if (!typesOnly && schema.ListKind != ListKind.Atomic)
        {
            Unique(list, schema, path, errors);
        }
    }

    private static void Unique(JsonArray list, Schema schema, string path, List<FieldError> errors)
    {
        var seen = new HashSet<string>();
        for (int i = 0; i < list.Count; i++)
        {
            JsonNode? item = list[i];
            string key = schema.ListKind == ListKind.Set
                ? JsonText.Text(item)
                : $"{{{string.Join(",", schema.ListKeys.Select(k => $"\"{k}\":{JsonText.Text(item.At(k))}"))}}}";
            if (!seen.Add(key))
            {
                errors.Add(new FieldError($"{path}[{i}]", "FieldValueDuplicate", $"Duplicate value: {key}"));
            }
        }
    }

    private static void Scalar(JsonValue value, Schema schema, string path, List<FieldError> errors)
    {
        if (value.Text() is { } text)
        {
            Text(text, schema, path, errors);
        }
        else if (schema.Minimum is { } least && value.GetValueKind() == JsonValueKind.Number && Number(value) < least)
        {
            errors.Add(FieldError.Invalid(path, value.ToJsonString(), $"{path} in body should be greater than or equal to {least}"));
        }
        else if (schema.Maximum is { } most && value.GetValueKind() == JsonValueKind.Number && Number(value) > most)
        {
            errors.Add(FieldError.Invalid(path, value.ToJsonString(), $"{path} in body should be less than or equal to {most}"));
        }
    }

    private static void Text(string text, Schema schema, string path, List<FieldError> errors)
    {
        string quoted = JsonText.Text(JsonValue.Create(text));
        if (schema.MinLength is { } least && Length(text) < least)
        {
            errors.Add(FieldError.Invalid(path, quoted, $"{path} in body should be at least {least} chars long"));
        }

        if (schema.MaxLength is { } most && Length(text) > most)
        {
            errors.Add(FieldError.TooLong(path, most));
        }

        if (schema.Enum.Count > 0 && !schema.Enum.Contains(text))
        {
            errors.Add(FieldError.NotSupported(path, quoted, schema.Enum));
        }

        // Patterns are our own constants, so a hostile value can't pick one that backtracks.
        if (schema.Pattern is not null && !Regex.IsMatch(text, schema.Pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
        {
            errors.Add(FieldError.Invalid(path, quoted, $"{path} in body should match '{schema.Pattern}'"));
        }

        if (schema.Format == "byte" && !IsBase64(text))
        {
            errors.Add(FieldError.Invalid(path, quoted, "must be base64"));
        }

        if (schema.Format == "date-time" &&
            !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            errors.Add(FieldError.Invalid(path, quoted, $"{path} in body must be of type date-time: {quoted}"));
        }
    }

    /// <summary>Length as Kubernetes counts it: in characters, not bytes or UTF-16 units.</summary>
    private static int Length(string text) => text.EnumerateRunes().Count();

    private static bool IsBase64(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out _);

    private static double Number(JsonValue value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static bool IsInteger(JsonNode node) => double.TryParse(
        node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && Math.Floor(number) == number;

    private static bool HasType(JsonNode? node, SchemaType type) => type switch
    {
        SchemaType.Any => true,
        SchemaType.Object => node is JsonObject,
        SchemaType.Array => node is JsonArray,
        SchemaType.String => node is JsonValue && node.GetValueKind() == JsonValueKind.String,
        SchemaType.Boolean => node is JsonValue && node.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        SchemaType.Number => node is JsonValue && node.GetValueKind() == JsonValueKind.Number,
        SchemaType.Integer => node is JsonValue && node.GetValueKind() == JsonValueKind.Number && IsInteger(node),
        _ => node is JsonValue &&
            (node.GetValueKind() == JsonValueKind.String || (node.GetValueKind() == JsonValueKind.Number && IsInteger(node))),
    };

    /// <summary>CEL rules print scalars, and the type of objects and lists.</summary>
    private static string RuleValue(JsonNode node) => node is JsonValue ? JsonText.Text(node) : $"\"{TypeOf(node)}\"";

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
