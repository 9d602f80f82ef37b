using System.Text.Json;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Kinds;

namespace Onboarding.Embedded.Selectors;

/// <summary>A field selector, e.g. <c>metadata.name=x,type!=Opaque</c>; only some fields of each kind can be selected by.</summary>
internal sealed class FieldSelector
{
    private static readonly Dictionary<string, string[]> Selectable = new()
    {
        ["events"] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        ["secrets"] = ["type"],
        ["namespaces"] = ["status.phase"],
        ["services"] = ["spec.clusterIP", "spec.type"],
    };

    private readonly List<(string Field, bool Equal, string Value)> _terms = [];

    public bool IsEmpty => _terms.Count == 0;

    public static FieldSelector Parse(string text, Kind kind, string version)
    {
        var selector = new FieldSelector();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            }

            bool equal = part[at - 1] != '!';
            string field = part[..(equal ? at : at - 1)];
            string value = part[(at + 1)..].TrimStart('=');
            bool known = field is "metadata.name" or "metadata.namespace" ||
                (Selectable.TryGetValue(kind.Resource, out string[]? more) && more.Contains(field));
            if (!known)
            {
                // Built-in kinds without fields of their own say it in other words.
                bool plain = kind.BuiltIn && !Selectable.ContainsKey(kind.Resource);
                throw ApiErrors.BadRequest(
                    $"Unable to find \"{kind.ApiVersion(version)}, Resource={kind.Plural}\" that match label selector \"\", field selector \"{text}\": " +
                    (plain
                        ? $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                        : $"field label not supported: {field}"));
            }

            selector._terms.Add((field, equal, value));
        }

        return selector;
    }

    /// <summary>The value a field must have; null if several will do.</summary>
    public string? Exact(string field) => _terms.Where(t => t.Equal && t.Field == field).Select(t => t.Value).FirstOrDefault();

    /// <summary>The one name that a selector in text leaves; null if several names will do, or if it can't be understood.</summary>
    public static string? ExactName(string text) => text
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(part => part.StartsWith("metadata.name=", StringComparison.Ordinal))
        .Select(part => part["metadata.name".Length..].TrimStart('='))
        .FirstOrDefault(name => name.Length > 0);

    public bool Matches(JsonElement value) => _terms.TrueForAll(t => (Field(value, t.Field) == t.Value) == t.Equal);

    private static string Field(JsonElement value, string path)
    {
        if (path == "source")
        {
            path = "source.component";
        }

        foreach (string name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return "";
            }
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }
}
