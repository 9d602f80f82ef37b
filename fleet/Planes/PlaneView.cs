using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Documents;

namespace Onboarding.Fleet.Planes;

/// <summary>What a plane accepts, and what the operator makes of it.</summary>
public static class PlaneView
{
    /// <summary>The JWT issuers it trusts.</summary>
    public static IReadOnlyList<string> IssuersOf(OnboardingPlane plane)
    {
        ArgumentNullException.ThrowIfNull(plane);
        return [.. (plane.Spec?.Workloads.Authentication.Jwt?.Issuers ?? []).Select(i => ForeignText.Clean(i.Issuer))];
    }

    /// <summary>The platforms whose credentials it accepts, as policies call them.</summary>
    public static IReadOnlyList<string> PlatformsOf(OnboardingPlane plane)
    {
        ArgumentNullException.ThrowIfNull(plane);
        // As it is written: the names of the fields are those of the platforms.
        return [.. (plane.ToJson()["spec"]?["workloads"]?["authentication"]?.AsObject() ?? []).Select(p => ForeignText.Clean(p.Key)).Order(StringComparer.Ordinal)];
    }

    /// <summary>A condition of it: True, False, or null if it isn't said.</summary>
    public static (bool? Value, string? Message) ConditionOf(OnboardingPlane plane, string type)
    {
        ArgumentNullException.ThrowIfNull(plane);
        Api.Meta.V1Condition? condition = plane.Status?.Conditions.FirstOrDefault(c => c.Type == type);
        return (condition?.Status switch { "True" => true, "False" => false, _ => null }, ForeignText.CleanLinesIfAny(condition?.Message));
    }

    /// <summary>It as YAML, to be kept in a file: without what the server added.</summary>
    public static string Write(OnboardingPlane plane)
    {
        ArgumentNullException.ThrowIfNull(plane);
        System.Text.Json.Nodes.JsonObject json = plane.ToJson();
        json.Remove("status");
        json["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = plane.Metadata.Name, ["namespace"] = plane.Metadata.Namespace };
        return ResourceWriter.ToYaml(json);
    }
}
