using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Schemas;

/// <summary>Reads the schema of a CustomResourceDefinition: the structural part of OpenAPI v3 (<c>openAPIV3Schema</c>).</summary>
internal static class SchemaReader
{
    /// <summary>The schema that the JSON describes.</summary>
    /// <param name="json">The schema.</param>
    /// <param name="rules">How a rule of <c>x-kubernetes-validations</c> is checked; by default by <see cref="CelRules"/>.</param>
    /// <exception cref="InvalidDataException">It has a rule that this server can't check.</exception>
    public static Schema Read(JsonNode json, Func<JsonNode?, SchemaRule>? rules = null) => new()
    {
        Type = TypeOf(json),
        Description = json.Text("description") ?? "",
        Properties = (json.At("properties") as JsonObject ?? []).ToDictionary(p => p.Key, p => Read(p.Value!, rules)),
        Required = [.. json.Texts("required")],
        Values = json.At("additionalProperties") is JsonObject values ? Read(values, rules) : null,
        Items = json.At("items") is JsonObject items ? Read(items, rules) : null,
        Open = json.Flag("x-kubernetes-preserve-unknown-fields"),
        Format = json.Text("format"),
        Enum = [.. json.Texts("enum")],
        Pattern = json.Text("pattern"),
        MinLength = (int?)json.Number("minLength"),
        MaxLength = (int?)json.Number("maxLength"),
        Minimum = json.Number("minimum"),
        Maximum = json.Number("maximum"),
        MinItems = (int?)json.Number("minItems"),
        MaxItems = (int?)json.Number("maxItems"),
        MaxProperties = (int?)json.Number("maxProperties"),
        Default = json.At("default")?.DeepClone(),
        ListKind = json.Text("x-kubernetes-list-type") switch
        {
            "map" => ListKind.Map,
            "set" => ListKind.Set,
            _ => ListKind.Atomic,
        },
        ListKeys = [.. json.Texts("x-kubernetes-list-map-keys")],
        AtomicMap = json.Text("x-kubernetes-map-type") == "atomic",
        // Istio's definitions say "none of these, or one" of a message's oneof.
        OneOf = [.. json.List("oneOf").SelectMany(alternative => alternative.Texts("required"))],
        Rules = [.. json.List("x-kubernetes-validations").Select(rules ?? CelRules.Read)],
    };

    private static SchemaType TypeOf(JsonNode json) => json.Flag("x-kubernetes-int-or-string")
        ? SchemaType.IntOrString
        : json.Text("type") is { } type ? Enum.Parse<SchemaType>(type, ignoreCase: true) : SchemaType.Any;
}
