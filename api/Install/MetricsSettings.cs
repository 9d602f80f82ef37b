using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: a port with the endpoint's metrics for Prometheus. It asks for no credential, so who reaches it is said here.</summary>
public sealed record MetricsSettings
{
    /// <summary>The port; null if there is none.</summary>
    public int? Port { get; init; }

    /// <summary>Namespaces whose pods may read them; with none, the plane's own.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    internal static MetricsSettings Read(MapReader reader) => new()
    {
        Port = reader.Port("port"),
        Namespaces = reader.Texts("namespaces", Checks.DnsLabel),
    };
}
