namespace Onboarding.Api.Registration;

/// <summary>Istio's sidecar.</summary>
/// <param name="Version">Version of the installed package.</param>
/// <param name="Revision">Control-plane revision; null means <c>default</c>.</param>
public sealed record IstioSidecarInfo(string Version, string? Revision = null);
