using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Api.Runtime;

/// <summary>
/// Which registrations of an identity an operator took out, to stay out: the annotation <see cref="WellKnownAnnotations.StayOut"/> of
/// its WorkloadKeyBinding, which outlives them. A JSON object of reasons by <c>namespace/registration</c>; any other text, written by
/// hand, is a reason for all of the identity's.
/// </summary>
public static class StayOutMarks
{
    /// <summary>Why a registration is to stay out; null if it isn't.</summary>
    /// <param name="binding">Metadata of the identity's WorkloadKeyBinding.</param>
    /// <param name="registration">The registration, <c>namespace/name</c>.</param>
    public static string? ReasonFor(V1ObjectMeta binding, string registration)
    {
        ArgumentNullException.ThrowIfNull(binding);
        string? text = binding.Annotations.GetValueOrDefault(WellKnownAnnotations.StayOut);
        return Read(text) is { } marks ? (string?)(marks[registration] as JsonValue)?.ToString() : text;
    }

    /// <summary>True if the annotation says of this registration by its name that it is to stay out.</summary>
    /// <param name="binding">Metadata of the identity's WorkloadKeyBinding.</param>
    /// <param name="registration">The registration, <c>namespace/name</c>.</param>
    public static bool Names(V1ObjectMeta binding, string registration)
    {
        ArgumentNullException.ThrowIfNull(binding);
        return Read(binding.Annotations.GetValueOrDefault(WellKnownAnnotations.StayOut))?.ContainsKey(registration) ?? false;
    }

    /// <summary>The annotation with a registration added.</summary>
    /// <param name="binding">Metadata of the identity's WorkloadKeyBinding.</param>
    /// <param name="registration">The registration, <c>namespace/name</c>.</param>
    /// <param name="reason">Why.</param>
    public static string With(V1ObjectMeta binding, string registration, string reason)
    {
        ArgumentNullException.ThrowIfNull(binding);
        string? text = binding.Annotations.GetValueOrDefault(WellKnownAnnotations.StayOut);
        if (text is not null && Read(text) is null)
        {
            return text;
        }

        JsonObject marks = Read(text) ?? [];
        marks[registration] = reason;
        return marks.ToJsonString();
    }

    /// <summary>The annotation without a registration; null if nothing is left of it.</summary>
    /// <param name="binding">Metadata of the identity's WorkloadKeyBinding.</param>
    /// <param name="registration">The registration, <c>namespace/name</c>.</param>
    public static string? Without(V1ObjectMeta binding, string registration)
    {
        ArgumentNullException.ThrowIfNull(binding);
        JsonObject? marks = Read(binding.Annotations.GetValueOrDefault(WellKnownAnnotations.StayOut));
        marks?.Remove(registration);
        return marks is { Count: > 0 } ? marks.ToJsonString() : null;
    }

    private static JsonObject? Read(string? text)
    {
        try
        {
            return text is null ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
