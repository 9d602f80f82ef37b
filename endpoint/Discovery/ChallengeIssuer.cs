using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Onboarding.Endpoint.Discovery;

/// <summary>
/// Makes and checks the challenges of GetPlane. A challenge carries its time and a MAC instead of being remembered: any replica
/// checks what another one made, and asking for a million of them costs the plane no memory.
/// </summary>
/// <remarks>Layout: version (1), Unix time in milliseconds (8, big endian), random (16), HMAC-SHA-256 of all that (32).</remarks>
internal sealed class ChallengeIssuer(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private const byte Version = 1;
    private const int TimeOffset = 1;
    private const int RandomOffset = TimeOffset + sizeof(long);
    private const int MacOffset = RandomOffset + 16;
    private const int Length = MacOffset + HMACSHA256.HashSizeInBytes;

    // Replicas' clocks differ a little: a challenge made a moment ago by one that is ahead is no forgery.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>Makes a challenge.</summary>
    /// <param name="key">MAC key that all replicas share.</param>
    public Challenge Create(ReadOnlySpan<byte> key)
    {
        DateTimeOffset now = time.GetUtcNow();
        byte[] challenge = new byte[Length];
        challenge[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(challenge.AsSpan(TimeOffset), now.ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(challenge.AsSpan(RandomOffset, MacOffset - RandomOffset));
        HMACSHA256.HashData(key, challenge.AsSpan(0, MacOffset), challenge.AsSpan(MacOffset));
        return new Challenge(challenge, now + Lifetime);
    }

    /// <summary>Says what is wrong with a challenge that came back.</summary>
    /// <param name="challenge">What the agent sent.</param>
    /// <param name="key">MAC key that all replicas share.</param>
    public ChallengeState Check(ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> key)
    {
        if (challenge.Length != Length || challenge[0] != Version)
        {
            return ChallengeState.Foreign;
        }

        // The MAC first: the time inside means nothing until it is known to be ours.
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, challenge[..MacOffset], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, challenge[MacOffset..]))
        {
            return ChallengeState.Foreign;
        }

        long milliseconds = BinaryPrimitives.ReadInt64BigEndian(challenge[TimeOffset..]);
        TimeSpan age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return age > Lifetime || age < -Skew ? ChallengeState.Expired : ChallengeState.Good;
    }
}

/// <summary>A challenge for an agent to sign.</summary>
/// <param name="Bytes">The challenge.</param>
/// <param name="ExpiresAt">When it stops being good.</param>
internal sealed record Challenge(byte[] Bytes, DateTimeOffset ExpiresAt);

/// <summary>What a challenge that came back is.</summary>
internal enum ChallengeState
{
    /// <summary>Made by this plane and fresh.</summary>
    Good,

    /// <summary>Not made by this plane.</summary>
    Foreign,

    /// <summary>Made by this plane, too long ago.</summary>
    Expired,
}
