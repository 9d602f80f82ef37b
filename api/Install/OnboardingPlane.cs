using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Configures the plane (reference sections 2.5 and 2.6). One with an error isn't taken: the plane keeps what it has.</summary>
public sealed record OnboardingPlane : CustomResource<OnboardingPlaneSpec>, IKubernetesObject<OnboardingPlane>
{
    /// <summary>Makes an empty one.</summary>
    public OnboardingPlane()
    {
    }

    private OnboardingPlane(JsonObject json)
        : base(json, OnboardingPlaneSpec.Read)
    {
    }

    private OnboardingPlane(MapReader reader)
        : base(reader, OnboardingPlaneSpec.Read)
    {
    }

    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Install, ApiGroups.Version, "OnboardingPlane", "onboardingplanes");

    /// <summary>Name of the object the plane reads.</summary>
    public const string DefaultName = "onboarding-plane";

    /// <summary>Namespace of the plane unless told otherwise.</summary>
    public const string DefaultNamespace = "istio-system";

    /// <summary>What the plane made of it.</summary>
    public OnboardingPlaneStatus? Status { get; init; }

    /// <inheritdoc/>
    public static OnboardingPlane FromJson(JsonObject json) =>
        new(json) { Status = OnboardingPlaneStatus.FromJson(json["status"] as JsonObject) };

    /// <inheritdoc/>
    public JsonObject ToJson() => Write(Definition, Spec?.ToJson()).With("status", Status?.ToJson());

    internal static OnboardingPlane Read(MapReader reader) =>
        new(reader) { Status = OnboardingPlaneStatus.FromJson(reader.ToJson()["status"] as JsonObject) };
}
