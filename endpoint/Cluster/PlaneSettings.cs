using Onboarding.Api.Install;

namespace Onboarding.Endpoint.Cluster;

/// <summary>The configuration in force.</summary>
/// <param name="Uid">Identifies the plane: the audience of every credential.</param>
/// <param name="Spec">The rest of it.</param>
internal sealed record PlaneSettings(string Uid, OnboardingPlaneSpec Spec);
