using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>
/// Kubernetes settings of a component. What Kubernetes itself defines is kept as it came; the operator reads it by the types of Kubernetes.
/// Users of Tetrate's product have fields here that this plane doesn't know: warnings, for they change nothing about who is admitted.
/// </summary>
public sealed record KubeSpec
{
    /// <summary>Settings of the Deployment and its pods.</summary>
    public DeploymentSettings Deployment { get; init; } = new();

    /// <summary>Settings of the Service.</summary>
    public ServiceSettings Service { get; init; } = new();

    /// <summary>Ours: how many pods may be disrupted at once: a count or a share.</summary>
    public MaxUnavailable MaxDisrupted { get; init; } = One;

    private static MaxUnavailable One { get; } = new(1, IsPercent: false);

    internal static KubeSpec Read(MapReader reader)
    {
        reader.UnknownFieldsAreWarnings();
        return new KubeSpec
        {
            Deployment = reader.Message("deployment", DeploymentSettings.Read) ?? new DeploymentSettings(),
            Service = reader.Message("service", ServiceSettings.Read) ?? new ServiceSettings(),
            MaxDisrupted = reader.Message("podDisruptionBudget", ReadBudget) is { } text ? MaxUnavailable.TryParse(text) ?? One : One,
        };
    }

    private static string ReadBudget(MapReader reader)
    {
        reader.UnknownFieldsAreWarnings();
        return reader.TextOrNumber("maxUnavailable", CheckAmount) ?? "";
    }

    private static string? CheckAmount(string text) =>
        MaxUnavailable.TryParse(text) is null ? "must be a number of pods from 1, or a share from 1% to 100%" : null;
}
