using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>The workload's labels are JSON, and hold the canonical names.</summary>
internal sealed class Labels : IBootCheck
{
    private const string Variable = "ISTIO_METAJSON_LABELS";

    public IEnumerable<BootProblem> Check(BootContents boot)
    {
        if (boot[Variable] is not { Length: > 0 } text)
        {
            yield break;
        }

        if (Read(text) is not { } labels)
        {
            yield return Problem("is not a JSON object of texts");
            yield break;
        }

        foreach ((string label, string variable) in new[]
        {
            ("service.istio.io/canonical-name", "CANONICAL_SERVICE"),
            ("service.istio.io/canonical-revision", "CANONICAL_REVISION"),
        })
        {
            if (labels[label]?.GetValue<string>() != boot[variable])
            {
                yield return Problem($"has {label} '{labels[label]}', {variable} is '{boot[variable]}'");
            }
        }
    }

    private static JsonObject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject labels && labels.All(l => l.Value?.GetValueKind() == JsonValueKind.String)
                ? labels
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static BootProblem Problem(string message) => new("labels", BootFileNames.ClusterEnv, Variable, $"{Variable} {message}");
}
