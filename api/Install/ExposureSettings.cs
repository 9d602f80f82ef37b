using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: how agents reach the endpoint.</summary>
public sealed record ExposureSettings
{
    private static readonly IReadOnlyList<string> Types = ["Service", "IstioGateway"];

    /// <summary>By a Service of its own, or by a gateway of Istio that passes TLS through by its server name.</summary>
    public ExposureType Type { get; init; }

    /// <summary>Labels of the gateway's pods; by default <c>istio: eastwestgateway</c>.</summary>
    public IReadOnlyDictionary<string, string> GatewaySelector { get; init; } = DefaultSelector;

    private static IReadOnlyDictionary<string, string> DefaultSelector { get; } = new Dictionary<string, string> { ["istio"] = "eastwestgateway" };

    internal static ExposureSettings Read(MapReader reader)
    {
        IReadOnlyDictionary<string, string> selector = reader.TextMap("gatewaySelector");
        return new ExposureSettings
        {
            Type = (ExposureType)(reader.Choice("type", Types) ?? 0),
            GatewaySelector = selector.Count == 0 ? DefaultSelector : selector,
        };
    }
}

/// <summary>Ours: by what agents reach the endpoint.</summary>
public enum ExposureType
{
    /// <summary>A Service, by default of type LoadBalancer.</summary>
    Service = 0,

    /// <summary>A gateway of Istio.</summary>
    IstioGateway = 1,
}
