using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Schemas;

/// <summary>One field that is wrong; prints as Kubernetes' <c>field.Error</c> does.</summary>
/// <param name="Field">Path, e.g. <c>spec.ports[http]</c>.</param>
/// <param name="Reason">Kubernetes' cause, e.g. <c>FieldValueInvalid</c>.</param>
/// <param name="Message">Text after the path.</param>
internal sealed record FieldError(string Field, string Reason, string Message)
{
    public static FieldError Required(string field, string detail = "") =>
        new(field, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public static FieldError Invalid(string field, string value, string detail) =>
        new(field, "FieldValueInvalid", $"Invalid value: {value}: {detail}");

    public static FieldError TypeInvalid(string field, string value, string detail) =>
        new(field, "FieldValueTypeInvalid", $"Invalid value: {value}: {detail}");

    public static FieldError NotSupported(string field, string value, IEnumerable<string> supported) => new(
        field, "FieldValueNotSupported",
        $"Unsupported value: {value}: supported values: {string.Join(", ", supported.Select(s => $"\"{s}\""))}");

    public static FieldError TooLong(string field, int most) =>
        new(field, "FieldValueTooLong", $"Too long: may not be more than {most} bytes");

    public static FieldError TooMany(string field, int actual, int most) =>
        new(field, "FieldValueTooMany", $"Too many: {actual}: must have at most {most} items");

    public static FieldError Forbidden(string field, string detail) => new(field, "FieldValueForbidden", $"Forbidden: {detail}");

    public override string ToString() => $"{Field}: {Message}";

    public JsonObject ToCause() => new() { ["reason"] = Reason, ["message"] = Message, ["field"] = Field };
}
