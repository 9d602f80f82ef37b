using System.Text.Json.Nodes;
using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Istio;

/// <summary>
/// What Istio asks of a WorkloadGroup: the rules of its CRD, with their messages, and those of istiod's webhook, except that a
/// gRPC probe is fine (the webhook forgot it; CRD and agent have it).
/// </summary>
public static class WorkloadGroupValidator
{
    private const int MostLabels = 256;

    /// <summary>Every problem of an object: errors refuse it, warnings (unknown fields) don't.</summary>
    /// <param name="resource">The whole object.</param>
    public static IReadOnlyList<Problem> Validate(JsonObject resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ReadContext context = new();
        Check(new MapReader(context, (MapNode)JsonNodes.FromJson(resource), ""));
        return context.Problems;
    }

    internal static void Check(MapReader reader) => reader.Message("spec", CheckSpec, required: true);

    private static MapReader CheckSpec(MapReader spec)
    {
        spec.UnknownFieldsAreWarnings();
        spec.Message("metadata", CheckMetadata);
        spec.Message(
            "template",
            template =>
            {
                WorkloadRules.Check(template);
                return template;
            },
            required: true);
        spec.Message("probe", ProbeRules.Check);
        return spec;
    }

    private static MapReader CheckMetadata(MapReader metadata)
    {
        metadata.UnknownFieldsAreWarnings();
        metadata.BoundedMap("labels", MostLabels);
        metadata.Labels("labels");
        metadata.BoundedMap("annotations", MostLabels);
        return metadata;
    }
}
