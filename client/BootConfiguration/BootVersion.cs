namespace Onboarding.Client.BootConfiguration;

/// <summary>What <c>version.json</c> beside a boot configuration says of it.</summary>
/// <param name="Generation">Only rises for a registration.</param>
/// <param name="CoreHash">Over what the sidecar reads once, at its start.</param>
/// <param name="LiveHash">Over what may change under a running sidecar.</param>
/// <param name="RegistrationUid">The registration it was made for.</param>
/// <param name="SpiffeId">Who the sidecar will be in the mesh.</param>
/// <param name="TokenExpiresAt">When the istio-token expires.</param>
public sealed record BootVersion(
    long Generation,
    string CoreHash,
    string LiveHash,
    string RegistrationUid,
    string SpiffeId,
    DateTimeOffset TokenExpiresAt);
