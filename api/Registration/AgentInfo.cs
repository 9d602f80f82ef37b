namespace Onboarding.Api.Registration;

/// <summary>The agent.</summary>
/// <param name="Version">Its version, e.g. <c>v0.1.0</c>.</param>
public sealed record AgentInfo(string Version);
