using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Yaml;

namespace Onboarding.BootConfiguration.Rendering;

/// <summary>
/// A file given as mesh configuration. People have it inside of something: the ConfigMap that it is kept in is opened, anything else is refused
/// by its name. Istio reads each of them as a mesh configuration in which nothing is set.
/// </summary>
internal static class MeshConfigFile
{
    // Top-level keys of Istio's Helm charts; a mesh configuration (mesh/v1alpha1, MeshConfig) has none of them.
    private static readonly string[] HelmKeys = ["meshConfig", "global", "pilot", "istio_cni", "sidecarInjectorWebhook", "revision", "gateways", "_internal_defaults_do_not_set"];

    /// <summary>The mesh configuration in a file.</summary>
    /// <param name="text">What the file holds.</param>
    /// <param name="file">Its name.</param>
    /// <exception cref="RenderException"><see cref="RenderErrorIds.InputInvalid"/>: it holds something else.</exception>
    public static YamlText Read(YamlText text, string file)
    {
        JsonNode? document;
        try
        {
            document = YamlReader.Read(text, "mesh configuration");
        }
        catch (BootConfigurationException)
        {
            // The generator says what is wrong with it, in Istio's words.
            return text;
        }

        if (document is not JsonObject members)
        {
            return document is null ? throw Refuse(file, "it holds nothing") : text;
        }

        string kind = Text(members["kind"]);
        if (kind == "ConfigMap")
        {
            return members["data"] is JsonObject data && Text(data["mesh"]) is { Length: > 0 } mesh
                ? new YamlText(Encoding.UTF8.GetBytes(mesh))
                : throw Refuse(file, $"ConfigMap {Text(members["metadata"]?["name"])} has no data.mesh");
        }

        if (kind.Length > 0 && Text(members["apiVersion"]).Length > 0)
        {
            throw Refuse(file, $"it is a {kind}" + (kind == "IstioOperator" ? ", which holds a part of it at spec.meshConfig" : ""));
        }

        return HelmKeys.FirstOrDefault(members.ContainsKey) is { } key
            ? throw Refuse(file, $"it has '{key}' as Helm values do" + (key == "meshConfig" ? ", which hold a part of it there" : ""))
            : text;
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    private static RenderException Refuse(string file, string why) => new(
        RenderFailure.Input,
        RenderErrorIds.InputInvalid,
        $"{file} isn't a mesh configuration: {why}",
        $"kubectl -n istio-system get configmap istio -o yaml > {file}");
}
