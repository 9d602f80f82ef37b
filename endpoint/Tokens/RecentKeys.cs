using Onboarding.Api.Proofs;

namespace Onboarding.Endpoint.Tokens;

/// <summary>
/// Keys of agents that were given an onboarding token lately. A join shows its key three times, and checking that a key is a point of the
/// curve costs more than verifying a signature. Only admitted ones are kept: strangers can make any number of keys.
/// </summary>
internal static class RecentKeys
{
    private static readonly RecentResults<string, AgentPublicKey> Keys = new(half: 512);

    /// <summary>Reads a key that an agent sent, as <see cref="AgentPublicKey.TryRead"/> does.</summary>
    public static AgentPublicKey? TryRead(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        // All bytes are compared: a key is found by itself alone.
        Keys.TryGet(Convert.ToBase64String(subjectPublicKeyInfo), out AgentPublicKey? known) ? known : AgentPublicKey.TryRead(subjectPublicKeyInfo);

    /// <summary>Its agent was given a token, and registers and connects in a moment.</summary>
    public static void Keep(AgentPublicKey key) => Keys.Add(Convert.ToBase64String(key.SubjectPublicKeyInfo.Span), key);
}
