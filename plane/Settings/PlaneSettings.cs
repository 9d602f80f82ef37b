using System.Collections.Frozen;
using Onboarding.Api.Install;

namespace Onboarding.Plane.Settings;

/// <summary>The configuration in force.</summary>
/// <param name="Uid">Identifies the plane: the audience of every credential.</param>
/// <param name="Spec">The rest of it.</param>
/// <param name="JwtIssuers">The issuers it trusts, by name: those of <paramref name="Spec"/> that could be read.</param>
internal sealed record PlaneSettings(string Uid, OnboardingPlaneSpec Spec, FrozenDictionary<string, JwtIssuerSettings> JwtIssuers);
