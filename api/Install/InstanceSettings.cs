using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Install;

/// <summary>How the endpoint runs.</summary>
public sealed record InstanceSettings
{
    private static readonly IReadOnlyList<string> Policies = ["Ingress", "None"];

    /// <summary>Ours: the image; null: of <c>spec.hub</c>, else the operator's own choice.</summary>
    public string? Image { get; init; }

    /// <summary>Ours: options of <c>onboarding-endpoint</c> besides those that the operator sets.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Ours: how agents reach it.</summary>
    public ExposureSettings Exposure { get; init; } = new();

    /// <summary>Ours: whether a NetworkPolicy closes every port but the agents'.</summary>
    public bool HasNetworkPolicy { get; init; } = true;

    /// <summary>Ours: whether there is a port with metrics, and for whom.</summary>
    public MetricsSettings Metrics { get; init; } = new();

    /// <summary>Levels of logs by category; <c>default</c> is every other.</summary>
    public IReadOnlyDictionary<string, string> LogLevels { get; init; } = EmptyMap.Instance;

    /// <summary>Kubernetes settings.</summary>
    public KubeSpec KubeSpec { get; init; } = new();

    internal static InstanceSettings Read(MapReader reader) => new()
    {
        Image = reader.OptionalText("image", Checks.NotEmpty),
        Args = reader.Texts("args", Checks.NotEmpty),
        Exposure = reader.Message("exposure", ExposureSettings.Read) ?? new ExposureSettings(),
        HasNetworkPolicy = reader.Choice("networkPolicy", Policies) is not 1,
        Metrics = reader.Message("metrics", MetricsSettings.Read) ?? new MetricsSettings(),
        LogLevels = LogLevelRules.Read(reader, "logLevels"),
        KubeSpec = reader.Message("kubeSpec", KubeSpec.Read) ?? new KubeSpec(),
    };
}

/// <summary>Levels of logs, as users of Tetrate's product write them.</summary>
internal static class LogLevelRules
{
    private static readonly string[] Levels = ["none", "error", "warn", "info", "debug"];

    /// <summary>Levels by category.</summary>
    public static IReadOnlyDictionary<string, string> Read(MapReader reader, string field)
    {
        IReadOnlyDictionary<string, string> levels = reader.TextMap(field);
        foreach ((string category, string level) in levels.Where(l => !Levels.Contains(l.Value)))
        {
            reader.Error(field, ProblemReason.NotSupported, $"of {category} must be one of {string.Join(", ", Levels)}, not \"{ScalarNode.Show(level)}\"");
        }

        return levels;
    }
}
