using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Settings of a Service.</summary>
public sealed record ServiceSettings
{
    private static readonly IReadOnlyList<string> Types = ["LoadBalancer", "ClusterIP", "NodePort"];

    /// <summary>Its type; null: LoadBalancer, or ClusterIP behind a gateway.</summary>
    public string? Type { get; init; }

    /// <summary>Its annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyMap.Instance;

    /// <summary>Address that the load balancer is asked to have.</summary>
    public string? LoadBalancerIp { get; init; }

    /// <summary>Networks that the load balancer lets in; empty: all.</summary>
    public IReadOnlyList<string> LoadBalancerSourceRanges { get; init; } = [];

    internal static ServiceSettings Read(MapReader reader)
    {
        reader.UnknownFieldsAreWarnings();
        return new ServiceSettings
        {
            Type = reader.Choice("type", Types) is { } type ? Types[type] : null,
            Annotations = reader.TextMap("annotations"),
            LoadBalancerIp = reader.OptionalText("loadBalancerIP", Checks.NotEmpty),
            LoadBalancerSourceRanges = reader.Texts("loadBalancerSourceRanges", Checks.NotEmpty),
        };
    }
}
