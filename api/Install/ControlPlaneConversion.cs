using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>
/// Makes an OnboardingPlane of the section of Tetrate's ControlPlane that is about onboarding (reference 2.5), and that section of an
/// OnboardingPlane. What is kept of a section is the same when it is converted back.
/// </summary>
public sealed record ControlPlaneConversion
{
    private const string Section = "spec.meshExpansion.onboarding";
    private const string Components = "spec.components.onboarding";
    private const string Instance = "spec.components.instance";

    // In a ControlPlane these are for Tetrate's own images; ours aren't there.
    private static readonly string[] OfOtherImages = ["hub", "imagePullSecrets"];

    /// <summary>The kind that is converted.</summary>
    public const string Kind = "ControlPlane";

    /// <summary>The OnboardingPlane; null if the ControlPlane has no onboarding.</summary>
    public JsonObject? Plane { get; private init; }

    /// <summary>Paths of the ControlPlane that are about onboarding and have no counterpart, each with why.</summary>
    public IReadOnlyList<string> Dropped { get; private init; } = [];

    /// <summary>What is wrong with the OnboardingPlane; an API server would refuse it.</summary>
    public IReadOnlyList<Problem> Problems { get; private init; } = [];

    /// <summary>Converts a ControlPlane.</summary>
    /// <param name="controlPlane">The object.</param>
    public static ControlPlaneConversion Convert(JsonObject controlPlane)
    {
        ArgumentNullException.ThrowIfNull(controlPlane);
        var spec = controlPlane["spec"] as JsonObject;
        List<string> dropped = [.. Others(spec)];
        if ((spec?["meshExpansion"] as JsonObject)?["onboarding"] is not JsonObject section)
        {
            return new ControlPlaneConversion { Dropped = dropped };
        }

        var converted = (JsonObject)section.DeepClone();
        if (InstanceOf(spec) is { } instance)
        {
            converted["components"] = new JsonObject { ["instance"] = instance.DeepClone() };
        }

        var plane = new JsonObject
        {
            ["apiVersion"] = $"{ApiGroups.Install}/{ApiGroups.Version}",
            ["kind"] = OnboardingPlane.Definition.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = OnboardingPlane.DefaultName,
                ["namespace"] = (controlPlane["metadata"] as JsonObject)?["namespace"]?.DeepClone() ?? OnboardingPlane.DefaultNamespace,
            },
            ["spec"] = converted,
        };
        HashSet<string> unknown = [.. OnboardingPlane.FromJson(plane).Problems.Where(p => p.Reason == ProblemReason.Unknown).Select(p => p.Path)];
        Remove(converted, "spec", unknown, dropped);
        return new ControlPlaneConversion { Plane = plane, Dropped = dropped, Problems = OnboardingPlane.FromJson(plane).Problems };
    }

    /// <summary>The parts of a ControlPlane's spec that an OnboardingPlane was made of.</summary>
    /// <param name="plane">The OnboardingPlane.</param>
    public static JsonObject Restore(JsonObject plane)
    {
        ArgumentNullException.ThrowIfNull(plane);
        var section = (JsonObject)(plane["spec"]?.DeepClone() ?? new JsonObject());
        JsonNode? instance = (section["components"] as JsonObject)?["instance"]?.DeepClone();
        section.Remove("components");
        var spec = new JsonObject { ["meshExpansion"] = new JsonObject { ["onboarding"] = section } };
        if (instance is not null)
        {
            spec["components"] = new JsonObject { ["onboarding"] = new JsonObject { ["plane"] = new JsonObject { ["instance"] = instance } } };
        }

        return spec;
    }

    private static JsonNode? InstanceOf(JsonObject? spec) =>
        (((spec?["components"] as JsonObject)?["onboarding"] as JsonObject)?["plane"] as JsonObject)?["instance"];

    private static IEnumerable<string> Others(JsonObject? spec)
    {
        foreach (string field in OfOtherImages.Where(f => spec?[f] is not null))
        {
            yield return $"spec.{field}: is for Tetrate's images; set spec.{field} of the OnboardingPlane to where yours are";
        }

        foreach (string field in Fields(spec?["meshExpansion"]).Where(f => f != "onboarding"))
        {
            yield return $"spec.meshExpansion.{field}: the mesh's gateway is Istio's own business here";
        }

        var onboarding = (spec?["components"] as JsonObject)?["onboarding"];
        foreach (string field in Fields(onboarding).Where(f => f != "plane"))
        {
            yield return $"{Components}.{field}: is set where the {(field == "operator" ? "operator is installed, e.g. in the chart's values" : "component is")}";
        }

        foreach (string field in Fields((onboarding as JsonObject)?["plane"]).Where(f => f != "instance"))
        {
            yield return $"{Components}.plane.{field}: is not a known field";
        }
    }

    private static string[] Fields(JsonNode? node) => node is JsonObject map ? [.. map.Select(f => f.Key)] : [];

    private static void Remove(JsonNode? node, string path, HashSet<string> unknown, List<string> dropped)
    {
        if (node is JsonArray list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                Remove(list[i], FieldPath.Item(path, i), unknown, dropped);
            }
        }
        else if (node is JsonObject map)
        {
            foreach (string key in Fields(map))
            {
                string at = FieldPath.Child(path, Reading.Nodes.ScalarNode.Show(key));
                if (unknown.Contains(at))
                {
                    map.Remove(key);
                    dropped.Add($"{Before(at)}: is not a field of an OnboardingPlane");
                }
                else
                {
                    Remove(map[key], at, unknown, dropped);
                }
            }
        }
    }

    // The path in the ControlPlane of a path in the OnboardingPlane.
    private static string Before(string path) => path.StartsWith(Instance, StringComparison.Ordinal)
        ? $"{Components}.plane.instance{path[Instance.Length..]}"
        : $"{Section}{path["spec".Length..]}";
}
