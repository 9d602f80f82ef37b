using System.Text.Json.Nodes;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.OpenApi;

/// <summary>Writes schemas as OpenAPI has them.</summary>
internal static class SchemaDocument
{
    public const string ObjectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    /// <summary>Name of a kind's schema, e.g. <c>io.istio.networking.v1.WorkloadGroup</c>.</summary>
    public static string Name(Kind kind, string version)
    {
        string prefix = kind.Group switch
        {
            "" => "io.k8s.api.core",
            "rbac.authorization.k8s.io" => "io.k8s.api.rbac",
            "coordination.k8s.io" => "io.k8s.api.coordination",
            "apiextensions.k8s.io" => "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
            _ => string.Join('.', kind.Group.Split('.').Reverse()),
        };
        return $"{prefix}.{version}.{kind.Name}";
    }

    /// <summary>The schema of a whole object, with its identity; <c>metadata</c> refers to the shared schema.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="version">The version.</param>
    /// <param name="references">Where references point: <c>#/components/schemas/</c> or <c>#/definitions/</c>.</param>
    public static JsonObject Write(Kind kind, string version, string references)
    {
        JsonObject schema = Write(kind.Schema);
        schema["properties"]!["metadata"] = new JsonObject
        {
            ["description"] = MetadataSchema.ObjectMeta.Description,
            ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = references + ObjectMeta }),
        };
        schema["x-kubernetes-group-version-kind"] = new JsonArray(Identity(kind, version));
        return schema;
    }

    public static JsonObject Identity(Kind kind, string version) =>
        new() { ["group"] = kind.Group, ["kind"] = kind.Name, ["version"] = version };

    public static JsonObject Write(Schema schema)
    {
        var json = new JsonObject();
        Set(json, "description", schema.Description.Length > 0 ? schema.Description : null);
        if (schema.Type == SchemaType.IntOrString)
        {
            json["x-kubernetes-int-or-string"] = true;
        }
        else if (schema.Type != SchemaType.Any)
        {
            json["type"] = schema.Type.ToString().ToLowerInvariant();
        }

        Set(json, "format", schema.Format);
        Set(json, "pattern", schema.Pattern);
        Set(json, "minLength", schema.MinLength);
        Set(json, "maxLength", schema.MaxLength);
        Set(json, "minimum", schema.Minimum);
        Set(json, "maximum", schema.Maximum);
        Set(json, "minItems", schema.MinItems);
        Set(json, "maxItems", schema.MaxItems);
        Set(json, "maxProperties", schema.MaxProperties);
        Set(json, "default", schema.Default?.DeepClone());
        Set(json, "enum", Texts(schema.Enum));
        Set(json, "required", Texts(schema.Required));
        Set(json, "x-kubernetes-validations", Rules(schema.Rules));
        Children(json, schema);
        Sharing(json, schema);
        return json;
    }

    private static void Children(JsonObject json, Schema schema)
    {
        if (schema.Properties.Count > 0)
        {
            json["properties"] = new JsonObject(schema.Properties.OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, Write(p.Value))));
        }

        Set(json, "additionalProperties", schema.Values is null ? null : Write(schema.Values));
        Set(json, "items", schema.Items is null ? null : Write(schema.Items));
        if (schema.Open)
        {
            json["x-kubernetes-preserve-unknown-fields"] = true;
        }
    }

    private static void Sharing(JsonObject json, Schema schema)
    {
        if (schema.AtomicMap)
        {
            json["x-kubernetes-map-type"] = "atomic";
        }

        if (schema.Type == SchemaType.Array)
        {
            json["x-kubernetes-list-type"] = schema.ListKind.ToString().ToLowerInvariant();
            Set(json, "x-kubernetes-list-map-keys", Texts(schema.ListKeys));
        }

        if (schema.MergeKey is { } key)
        {
            json["x-kubernetes-patch-strategy"] = "merge";
            Set(json, "x-kubernetes-patch-merge-key", key.Length > 0 ? key : null);
        }
    }

    private static void Set(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }

    private static JsonArray? Rules(IReadOnlyList<SchemaRule> rules) => rules.Count == 0
        ? null
        : new JsonArray([.. rules.Select(r => new JsonObject { ["rule"] = r.Cel, ["message"] = r.Message })]);

    private static JsonArray? Texts(IReadOnlyList<string> texts) =>
        texts.Count == 0 ? null : new JsonArray([.. texts.Select(t => JsonValue.Create(t))]);
}
