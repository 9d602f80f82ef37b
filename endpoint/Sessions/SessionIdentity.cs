namespace Onboarding.Endpoint.Sessions;

/// <summary>This instance.</summary>
/// <param name="Instance">Its name: what <c>connectedTo</c> holds.</param>
internal sealed record SessionIdentity(string Instance);
