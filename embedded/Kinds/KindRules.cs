using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Kinds;

/// <summary>What single kinds do beyond their schema when they are written.</summary>
internal static class KindRules
{
    /// <summary>Completes an object before it is validated.</summary>
    public static void Prepare(Kind kind, JsonObject value, JsonObject? old)
    {
        switch (kind.Name)
        {
            case "Namespace":
                PrepareNamespace(value, old);
                break;
            case "Secret":
                EncodeStringData(value);
                break;
            case "Service":
                TargetPorts(value);
                break;
            case "CustomResourceDefinition":
                CustomResourceDefinitionRules.Prepare(value, old);
                break;
        }
    }

    public static IEnumerable<FieldError> Validate(Kind kind, JsonObject value, JsonObject? old)
    {
        switch (kind.Name)
        {
            case "ConfigMap" or "Secret":
                return Data(value).Concat(Immutable(value, old)).Concat(kind.Name == "Secret" ? SecretType(value, old) : []);
            case "RoleBinding" or "ClusterRoleBinding" when old is not null && !JsonNode.DeepEquals(old["roleRef"], value["roleRef"]):
                return [FieldError.Invalid("roleRef", Describe(value["roleRef"]), "cannot change roleRef")];
            case "Service" when !value.List("spec", "ports").Any() && value.Text("spec", "type") != "ExternalName":
                return [FieldError.Required("spec.ports")];
            case "CustomResourceDefinition":
                return CustomResourceDefinitionRules.Validate(value);
            default:
                return [];
        }
    }

    private static void PrepareNamespace(JsonObject value, JsonObject? old)
    {
        JsonObject labels = value.Metadata().Child("labels");
        labels["kubernetes.io/metadata.name"] = value.Text("metadata", "name");
        if (old is null)
        {
            value.Child("spec")["finalizers"] = new JsonArray("kubernetes");
            value["status"] = new JsonObject { ["phase"] = "Active" };
        }
        else
        {
            // Only the finalize subresource may lift the hold that lets the namespace be emptied first.
            value["spec"] = old["spec"]?.DeepClone();
        }
    }

    /// <summary>A port leads to the same one of the workload unless it says otherwise.</summary>
    private static void TargetPorts(JsonObject value)
    {
        foreach (JsonObject port in value.List("spec", "ports").OfType<JsonObject>())
        {
            port["targetPort"] ??= port["port"]?.DeepClone();
        }
    }

    private static void EncodeStringData(JsonObject value)
    {
        if (value["stringData"] is JsonObject texts)
        {
            foreach ((string key, JsonNode? text) in texts)
            {
                value.Child("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Text() ?? ""));
            }

            value.Remove("stringData");
        }
    }

    private static IEnumerable<FieldError> Data(JsonObject value)
    {
        long bytes = 0;
        foreach (string field in (string[])["data", "binaryData"])
        {
            foreach ((string key, JsonNode? item) in value[field] as JsonObject ?? [])
            {
                bytes += item.Text()?.Length ?? 0;
                if (key.Length is 0 or > 253 || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || key is "." or "..")
                {
                    yield return FieldError.Invalid(
                        $"{field}[{key}]",
                        JsonText.Text(JsonValue.Create(key)),
                        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  " +
                        "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
                }
            }
        }

        if (bytes > 1024 * 1024)
        {
            yield return FieldError.TooLong("data", 1024 * 1024);
        }
    }

    private static IEnumerable<FieldError> Immutable(JsonObject value, JsonObject? old)
    {
        if (!old.Flag("immutable"))
        {
            yield break;
        }

        if (!value.Flag("immutable"))
        {
            yield return FieldError.Forbidden("immutable", "field is immutable when `immutable` is set");
        }

        foreach (string field in (string[])["data", "binaryData"])
        {
            if (!JsonNode.DeepEquals(old.At(field), value[field]))
            {
                yield return FieldError.Forbidden(field, "field is immutable when `immutable` is set");
            }
        }
    }

    private static IEnumerable<FieldError> SecretType(JsonObject value, JsonObject? old)
    {
        if (old is not null && old.Text("type") != value.Text("type"))
        {
            yield return FieldError.Invalid("type", Describe(value["type"]), "field is immutable");
        }

        if (value.Text("type") == "kubernetes.io/tls")
        {
            foreach (string key in (string[])["tls.crt", "tls.key"])
            {
                if (value.At("data", key) is null)
                {
                    yield return FieldError.Required($"data[{key}]");
                }
            }
        }
    }

    private static string Describe(JsonNode? node) => JsonText.Text(node);
}
