using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Schema;
using Onboarding.BootConfiguration.Text;

namespace Onboarding.BootConfiguration;

/// <summary>
/// An object's metadata as Go's JSON package takes it after YAML: names in any case, numbers and booleans for the texts they look like,
/// and a refusal of the whole object where a field has the wrong type, whether anybody needs that field or not.
/// </summary>
internal static class ObjectMetaReader
{
    private static readonly Dictionary<string, Field> Owner = new(StringComparer.OrdinalIgnoreCase)
    {
        ["apiVersion"] = Text,
        ["kind"] = Text,
        ["name"] = Text,
        ["uid"] = Text,
        ["controller"] = Truth,
        ["blockOwnerDeletion"] = Truth,
    };

    private static readonly Dictionary<string, Field> ManagedFields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["manager"] = Text,
        ["operation"] = Text,
        ["apiVersion"] = Text,
        ["time"] = Time,
        ["fieldsType"] = Text,
        ["subresource"] = Text,
    };

    private static readonly Dictionary<string, Field> Metadata = new(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = Text,
        ["generateName"] = Text,
        ["namespace"] = Text,
        ["selfLink"] = Text,
        ["uid"] = Text,
        ["resourceVersion"] = Text,
        ["generation"] = Integer,
        ["creationTimestamp"] = Time,
        ["deletionTimestamp"] = Time,
        ["deletionGracePeriodSeconds"] = Integer,
        ["labels"] = Texts,
        ["annotations"] = Texts,
        ["ownerReferences"] = value => List(value, item => Members(item, Owner, "v1.OwnerReference")),
        ["finalizers"] = value => List(value, Text),
        ["managedFields"] = value => List(value, item => Members(item, ManagedFields, "v1.ManagedFieldsEntry")),
    };

    private static readonly Dictionary<string, Field> Top = new(StringComparer.OrdinalIgnoreCase)
    {
        ["apiVersion"] = OnlyText,
        ["kind"] = OnlyText,
        ["metadata"] = value => Members(value, Metadata, "v1.ObjectMeta"),
        ["status"] = Status,
    };

    private delegate JsonNode Field(JsonNode value);

    /// <summary>The object with every text a text; what it doesn't know is left alone.</summary>
    /// <exception cref="BootConfigurationException">A field has the wrong type.</exception>
    public static JsonObject Read(JsonObject document) => Members(document, Top, "v1.WorkloadGroup");

    private static JsonObject Members(JsonNode value, Dictionary<string, Field> fields, string type)
    {
        var members = new JsonObject();
        foreach ((string name, JsonNode? member) in value as JsonObject ?? throw ProtoJsonReader.WrongType(value, type))
        {
            members[name] = member is not null && fields.TryGetValue(name, out Field? field) ? Detached(field(member)) : member?.DeepClone();
        }

        return members;
    }

    private static JsonArray List(JsonNode value, Field item) => new(
        [.. (value as JsonArray ?? throw ProtoJsonReader.WrongType(value, "slice")).Select(i => i is null ? null : Detached(item(i)))]);

    private static JsonObject Texts(JsonNode value)
    {
        var texts = new JsonObject();
        foreach ((string key, JsonNode? text) in value as JsonObject ?? throw ProtoJsonReader.WrongType(value, "map[string]string"))
        {
            texts[key] = text is null ? "" : Detached(Text(text));
        }

        return texts;
    }

    // Here, and only here, numbers and booleans are taken for texts.
    private static JsonNode Text(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number when value.AsValue().TryGetValue(out double real) && !value.AsValue().TryGetValue(out long _)
            && !value.AsValue().TryGetValue(out ulong _) => GoNumber.GeneralSingle(real),
        JsonValueKind.Number => value.ToJsonString(),
        _ => throw ProtoJsonReader.WrongType(value, "string"),
    };

    // The library looks for what a field is made of one level too high where a struct is embedded, and takes nothing for a text there.
    private static JsonNode OnlyText(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String ? value : throw ProtoJsonReader.WrongType(value, "string");

    private static JsonNode Integer(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.Number
        && long.TryParse(ProtoJsonNumber.Text(value, "int64"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? value
            : throw ProtoJsonReader.WrongType(value, "int64");

    private static JsonNode Truth(JsonNode value) =>
        value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value : throw ProtoJsonReader.WrongType(value, "bool");

    private static JsonNode Time(JsonNode value)
    {
        GoTime.Check(value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw ProtoJsonReader.WrongType(value, "string"));
        return value;
    }

    private static JsonNode Status(JsonNode value)
    {
        ProtoJsonReader.Apply(value, new ProtoMessage(StatusSchema.IstioStatus));
        return value;
    }

    private static JsonNode Detached(JsonNode value) => value.Parent is null ? value : value.DeepClone();
}
