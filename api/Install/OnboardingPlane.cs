using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Configures the plane (reference sections 2.5 and 2.6).</summary>
public sealed record OnboardingPlane : IKubernetesObject<OnboardingPlane>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Install, ApiGroups.Version, "OnboardingPlane", "onboardingplanes");

    /// <summary>Name of the object the plane reads.</summary>
    public const string DefaultName = "onboarding-plane";

    /// <summary>Namespace of the plane unless told otherwise.</summary>
    public const string DefaultNamespace = "istio-system";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>The configuration; null if it has any error: a plane then keeps the one it has.</summary>
    public OnboardingPlaneSpec? Spec { get; init; }

    /// <summary>What the plane made of it.</summary>
    public OnboardingPlaneStatus? Status { get; init; }

    /// <summary>What is wrong with the spec, every error and warning.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    internal JsonNode? SpecAsStored { get; init; }

    /// <inheritdoc/>
    public static OnboardingPlane FromJson(JsonObject json)
    {
        SpecReading<OnboardingPlaneSpec> reading = SpecReading.Read(json, OnboardingPlaneSpec.Read);
        return new OnboardingPlane
        {
            Metadata = ObjectMetaJson.Read(json),
            Spec = reading.Spec,
            Status = OnboardingPlaneStatus.FromJson(json["status"] as JsonObject),
            Problems = reading.Problems,
            SpecAsStored = json["spec"]?.DeepClone(),
        };
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => Definition.Start()
        .With("metadata", ObjectMetaJson.Write(Metadata))
        .With("spec", Spec?.ToJson() ?? SpecAsStored?.DeepClone())
        .With("status", Status?.ToJson());

    internal static OnboardingPlane Read(MapReader reader)
    {
        V1ObjectMeta metadata = reader.ObjectMeta();
        OnboardingPlaneSpec? spec = reader.Message("spec", OnboardingPlaneSpec.Read, required: true);
        JsonObject json = reader.ToJson();
        reader.Ignore("status");
        return new OnboardingPlane
        {
            Metadata = metadata,
            Spec = spec,
            Status = OnboardingPlaneStatus.FromJson(json["status"] as JsonObject),
            SpecAsStored = json["spec"]?.DeepClone(),
        };
    }
}
