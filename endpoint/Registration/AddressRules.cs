namespace Onboarding.Endpoint.Registration;

/// <summary>Which addresses members may have.</summary>
/// <param name="AllowLoopback">True where everything runs on one machine, as with an embedded control plane.</param>
internal sealed record AddressRules(bool AllowLoopback);
