using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Admission;

/// <summary>Checks <c>metadata</c> beyond its types.</summary>
internal static class MetadataValidator
{
    private const int MostAnnotationBytes = 256 * 1024;

    public static IEnumerable<FieldError> Validate(Kind kind, JsonObject value)
    {
        JsonObject metadata = value.Metadata();
        string name = metadata.Text("name") ?? "";
        if (name.Length == 0)
        {
            yield return FieldError.Required("metadata.name", "name or generateName is required");
        }
        else if (NameRules.Name(kind, name) is { } wrong)
        {
            yield return FieldError.Invalid("metadata.name", Quote(name), wrong);
        }

        foreach (FieldError error in Labels(metadata).Concat(Annotations(metadata)).Concat(Owners(metadata)).Concat(Finalizers(metadata)))
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> Labels(JsonObject metadata)
    {
        foreach ((string key, JsonNode? value) in metadata["labels"] as JsonObject ?? [])
        {
            if (NameRules.Prefix(key) is { } wrongKey)
            {
                yield return FieldError.Invalid("metadata.labels", Quote(key), wrongKey);
            }

            if (NameRules.LabelValue(value.Text() ?? "") is { } wrongValue)
            {
                yield return FieldError.Invalid("metadata.labels", Quote(value.Text() ?? ""), wrongValue);
            }
        }
    }

    private static IEnumerable<FieldError> Annotations(JsonObject metadata)
    {
        long bytes = 0;
        foreach ((string key, JsonNode? value) in metadata["annotations"] as JsonObject ?? [])
        {
            // Annotation keys may have capitals in their prefix; they are checked in lower case.
            if (NameRules.Prefix(key.ToLowerInvariant()) is { } wrong)
            {
                yield return FieldError.Invalid("metadata.annotations", Quote(key), wrong);
            }

            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }

        if (bytes > MostAnnotationBytes)
        {
            yield return FieldError.TooLong("metadata.annotations", MostAnnotationBytes);
        }
    }

    private static IEnumerable<FieldError> Owners(JsonObject metadata)
    {
        int controllers = 0;
        int index = 0;
        foreach (JsonNode? owner in metadata.List("ownerReferences"))
        {
            string path = $"metadata.ownerReferences[{index++}]";
            foreach (string field in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if (string.IsNullOrEmpty(owner.Text(field)))
                {
                    yield return FieldError.Invalid($"{path}.{field}", "\"\"", "must not be empty");
                }
            }

            controllers += owner.Flag("controller") ? 1 : 0;
        }

        if (controllers > 1)
        {
            yield return FieldError.Invalid(
                "metadata.ownerReferences", "\"array\"", "Only one reference can have Controller set to true.");
        }
    }

    private static IEnumerable<FieldError> Finalizers(JsonObject metadata) => metadata.Texts("finalizers")
        .Where(f => NameRules.Prefix(f) is not null)
        .Select(f => FieldError.Invalid("metadata.finalizers", Quote(f), NameRules.Prefix(f)!));

    private static string Quote(string text) => JsonText.Text(JsonValue.Create(text));
}
