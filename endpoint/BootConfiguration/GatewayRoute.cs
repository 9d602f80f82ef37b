namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>How machines reach istiod.</summary>
/// <param name="Addresses">Addresses of the gateway, in a stable order; at least one.</param>
/// <param name="Port">Port there for istiod's services, where it isn't istiod's own.</param>
internal sealed record GatewayRoute(IReadOnlyList<string> Addresses, int? Port = null);
