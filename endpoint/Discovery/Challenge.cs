namespace Onboarding.Endpoint.Discovery;

/// <summary>A challenge for an agent to sign.</summary>
/// <param name="Bytes">The challenge.</param>
/// <param name="ExpiresAt">When it stops being good.</param>
internal sealed record Challenge(byte[] Bytes, DateTimeOffset ExpiresAt);
