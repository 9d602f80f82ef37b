using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Kinds;

/// <summary>
/// Definitions can be applied, since installers do. Those of built-in kinds are established at once; others are kept and say in
/// their status that they are not served.
/// </summary>
internal static class CustomResourceDefinitionRules
{
    public static void Prepare(JsonObject value, JsonObject? old)
    {
        if (old is not null)
        {
            return;
        }

        string name = value.Text("metadata", "name") ?? "";
        bool served = KindRegistry.Find(name) is { BuiltIn: false };
        string now = value.Text("metadata", "creationTimestamp") ?? "";
        value["status"] = new JsonObject
        {
            ["acceptedNames"] = value.At("spec", "names")?.DeepClone(),
            ["storedVersions"] = new JsonArray(
                [.. value.List("spec", "versions").Where(v => v.Flag("storage")).Select(v => JsonValue.Create(v.Text("name")))]),
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", true, "NoConflicts", "no conflicts found", now),
                served
                    ? Condition("Established", true, "InitialNamesAccepted", "the initial names have been accepted", now)
                    : Condition("Established", false, "NotBuiltIn", "the embedded control plane serves only its built-in kinds", now)),
        };
    }

    public static IEnumerable<FieldError> Validate(JsonObject value)
    {
        string expected = $"{value.Text("spec", "names", "plural")}.{value.Text("spec", "group")}";
        string name = value.Text("metadata", "name") ?? "";
        if (name != expected)
        {
            yield return FieldError.Invalid(
                "metadata.name", JsonText.Text(JsonValue.Create(name)), $"must be spec.names.plural+\".\"+spec.group");
        }
    }

    private static JsonObject Condition(string type, bool status, string reason, string message, string now) => new()
    {
        ["type"] = type,
        ["status"] = status ? "True" : "False",
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = message,
    };
}
