using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>How the components of a plane run in its cluster (reference section 2.6).</summary>
public sealed record ComponentSettings
{
    /// <summary>The endpoint: what Tetrate's product calls an instance of the plane.</summary>
    public InstanceSettings Instance { get; init; } = new();

    internal static ComponentSettings Read(MapReader reader)
    {
        // Other planes have more components, which this one doesn't run.
        reader.UnknownFieldsAreWarnings();
        return new ComponentSettings { Instance = reader.Message("instance", InstanceSettings.Read) ?? new InstanceSettings() };
    }
}
