using Google.Protobuf;
using Onboarding.Api.Proofs;
using Onboarding.Endpoint.Authentication;
using Onboarding.Plane.Refusals;
using Shouldly;

namespace Onboarding.Tests.Integration.Attacks.Flips;

/// <summary>Signed bytes with one of them changed: all the ways to change one bit, or some of them where each try is dear.</summary>
internal static class ByteFlips
{
    /// <summary>All masks of one bit, and the one of all bits.</summary>
    private static readonly byte[] All = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF];

    /// <summary>The least that a number or letter can differ, a letter's case, and what makes it no ASCII.</summary>
    private static readonly byte[] Some = [0x01, 0x20, 0x80];

    /// <summary>Changes each byte in three ways.</summary>
    /// <param name="genuine">The bytes.</param>
    public static IEnumerable<(byte[] Changed, string What)> ThreeOfEach(byte[] genuine) => Flip(genuine, Some);

    /// <summary>Changes each bit, and each byte as a whole.</summary>
    /// <param name="genuine">The bytes.</param>
    public static IEnumerable<(byte[] Changed, string What)> EachBitOf(byte[] genuine) => Flip(genuine, All);

    /// <summary>Changes each byte in one way, which the seed chooses.</summary>
    /// <param name="genuine">The bytes.</param>
    /// <param name="seed">A number that is in the message of a failure, so that it can be had again.</param>
    public static IEnumerable<(byte[] Changed, string What)> Sampled(byte[] genuine, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, genuine.Length).Select(at => Change(genuine, at, All[random.Next(All.Length)]));
    }

    /// <summary>Asserts that a plane takes a credential, and none that differs from it in a byte.</summary>
    /// <param name="authenticator">What checks such credentials.</param>
    /// <param name="genuine">The credential as it is sent.</param>
    /// <param name="request">Makes the request with a credential.</param>
    /// <param name="flips">The changed credentials.</param>
    /// <param name="reasons">Reason codes that are no answer about the credential and yet the right one; others begin with CREDENTIAL_.</param>
    public static async Task RefusedAsync(
        ICredentialAuthenticator authenticator,
        byte[] genuine,
        Func<ByteString, AuthenticationRequest> request,
        IEnumerable<(byte[] Changed, string What)> flips,
        params string[] reasons)
    {
        (await authenticator.AuthenticateAsync(request(ByteString.CopyFrom(genuine)), default)).ShouldNotBeNull();
        int count = 0;
        foreach ((byte[] changed, string what) in flips)
        {
            RefusedException refused = await Should.ThrowAsync<RefusedException>(
                () => authenticator.AuthenticateAsync(request(ByteString.CopyFrom(changed)), default), what);
            (refused.Refusal.Reason.StartsWith("CREDENTIAL_", StringComparison.Ordinal) || reasons.Contains(refused.Refusal.Reason))
                .ShouldBeTrue($"{what}: {refused.Refusal.Reason}");
            count++;
        }

        count.ShouldBeGreaterThan(30, "something was tried");
    }

    /// <summary>Asserts that a signature covers each byte of what a statement is made of, and is one itself in each byte.</summary>
    /// <param name="key">The key that signed.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="statement">Makes the statement of its parts.</param>
    /// <param name="parts">The parts.</param>
    public static void Covered(AgentPublicKey key, byte[] signature, Func<byte[][], byte[]> statement, params byte[][] parts)
    {
        key.Verify(statement(parts), signature).ShouldBeTrue("genuine");
        foreach ((byte[] changed, string what) in EachBitOf(signature))
        {
            key.Verify(statement(parts), changed).ShouldBeFalse($"signature, {what}");
        }

        for (int part = 0; part < parts.Length; part++)
        {
            foreach ((byte[] changed, string what) in EachBitOf(parts[part]))
            {
                key.Verify(statement([.. parts[..part], changed, .. parts[(part + 1)..]]), signature).ShouldBeFalse($"part {part}, {what}");
            }
        }
    }

    private static IEnumerable<(byte[] Changed, string What)> Flip(byte[] genuine, byte[] masks) =>
        Enumerable.Range(0, genuine.Length).SelectMany(at => masks.Select(mask => Change(genuine, at, mask)));

    private static (byte[] Changed, string What) Change(byte[] genuine, int at, byte mask)
    {
        byte[] changed = [.. genuine];
        changed[at] ^= mask;
        return (changed, $"byte {at} changed by {mask:x2}");
    }
}
