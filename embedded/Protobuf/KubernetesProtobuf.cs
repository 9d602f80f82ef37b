using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Protobuf;

/// <summary>
/// Reads bodies in Kubernetes' protobuf encoding, which kubectl and Go clients send for built-in kinds without asking; answers are
/// JSON, which the same clients accept.
/// </summary>
internal static class KubernetesProtobuf
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    /// <summary>What every such body begins with.</summary>
    private static readonly byte[] Magic = [(byte)'k', (byte)'8', (byte)'s', 0];

    /// <exception cref="ApiException">The bytes aren't such an object, or of a kind that isn't known here.</exception>
    public static JsonObject Read(byte[] body)
    {
        if (!body.AsSpan().StartsWith(Magic))
        {
            throw ApiErrors.BadRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        try
        {
            return Envelope(new CodedInputStream(body, Magic.Length, body.Length - Magic.Length));
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw ApiErrors.BadRequest($"the request body is not valid protobuf: {malformed.Message}");
        }
    }

    private static JsonObject Envelope(CodedInputStream input)
    {
        string version = "";
        string kind = "";
        ByteString raw = ByteString.Empty;
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    (version, kind) = TypeMeta(input.ReadBytes().CreateCodedInput());
                    break;
                case 2:
                    raw = input.ReadBytes();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        MessageShape shape = MessageShapes.Find(kind) ?? throw ApiErrors.UnsupportedMediaType("application/json, application/yaml");
        JsonObject value = Message(raw.CreateCodedInput(), shape);
        value["apiVersion"] = version;
        value["kind"] = kind;
        return value;
    }

    private static (string Version, string Kind) TypeMeta(CodedInputStream input)
    {
        string version = "";
        string kind = "";
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    version = input.ReadString();
                    break;
                case 2:
                    kind = input.ReadString();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return (version, kind);
    }

    /// <summary>Reads a message. Shapes don't refer to themselves, so input can't make this recurse without end.</summary>
    private static JsonObject Message(CodedInputStream input, MessageShape shape)
    {
        var result = new JsonObject();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (shape.Find(WireFormat.GetTagFieldNumber(tag)) is not { } field)
            {
                input.SkipLastField();
                continue;
            }

            if (field.Type is FieldType.TextMap or FieldType.BytesMap or FieldType.ListMap)
            {
                (string key, JsonNode? entry) = Entry(input.ReadBytes().CreateCodedInput(), field.Type);
                result.Child(field.Name)[key] = entry;
                continue;
            }

            JsonNode? value = Value(input, field);
            if (field.Repeated)
            {
                JsonArray list = result[field.Name] as JsonArray ?? [];
                result[field.Name] ??= list;
                list.Add(value);
            }
            else if (!IsUnset(value))
            {
                result[field.Name] = value;
            }
        }

        return result;
    }

    /// <summary>Go writes the zero value of fields that JSON leaves out.</summary>
    private static bool IsUnset(JsonNode? value) => value is null or JsonObject { Count: 0 } || value.Text() is "" || value.Number() is 0;

    private static JsonNode? Value(CodedInputStream input, MessageField field) => field.Type switch
    {
        FieldType.Text => input.ReadString(),
        FieldType.Bytes => input.ReadBytes().ToBase64(),
        FieldType.Integer => input.ReadInt64(),
        FieldType.Flag => input.ReadBool(),
        FieldType.Time => Time(input.ReadBytes().CreateCodedInput(), "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        FieldType.MicroTime => Time(input.ReadBytes().CreateCodedInput(), "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
        FieldType.IntOrText => IntOrText(input.ReadBytes().CreateCodedInput()),
        _ => Message(input.ReadBytes().CreateCodedInput(), field.Message!),
    };

    private static (string Key, JsonNode? Value) Entry(CodedInputStream input, FieldType type)
    {
        string key = "";
        JsonNode? value = type == FieldType.ListMap ? new JsonArray() : "";
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch (WireFormat.GetTagFieldNumber(tag), type)
            {
                case (1, _):
                    key = input.ReadString();
                    break;
                case (2, FieldType.TextMap):
                    value = input.ReadString();
                    break;
                case (2, FieldType.BytesMap):
                    value = input.ReadBytes().ToBase64();
                    break;
                case (2, FieldType.ListMap):
                    JsonObject list = Message(input.ReadBytes().CreateCodedInput(), new MessageShape().Texts(1, "items"));
                    value = list["items"]?.DeepClone() ?? new JsonArray();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return (key, value);
    }

    private static JsonNode? Time(CodedInputStream input, string format)
    {
        JsonObject time = Message(input, new MessageShape().Integer(1, "seconds").Integer(2, "nanos"));
        if (time.Number("seconds") is not { } seconds || seconds is < -62135596800 or > 253402300799)
        {
            return null;
        }

        DateTimeOffset value = DateTimeOffset.FromUnixTimeSeconds(seconds).AddMicroseconds((time.Number("nanos") ?? 0) / 1000);
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static JsonNode? IntOrText(CodedInputStream input)
    {
        JsonObject value = Message(input, new MessageShape().Integer(1, "type").Integer(2, "intVal").Text(3, "strVal"));
        return value.Number("type") == 1 ? value["strVal"]?.DeepClone() : value["intVal"]?.DeepClone() ?? 0;
    }
}
