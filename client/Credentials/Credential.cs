using Google.Protobuf.WellKnownTypes;

namespace Onboarding.Client.Credentials;

/// <summary>What proves to the plane who this machine is.</summary>
/// <param name="Value">The credential message.</param>
/// <param name="ExpiresAt">When it stops being good.</param>
/// <param name="Source">Which source gave it, for people.</param>
internal sealed record Credential(Any Value, DateTimeOffset ExpiresAt, string Source);
