namespace Onboarding.Api.Registration;

/// <summary>The sidecar.</summary>
public sealed record SidecarInfo
{
    /// <summary>Istio's sidecar.</summary>
    public IstioSidecarInfo? Istio { get; init; }
}
