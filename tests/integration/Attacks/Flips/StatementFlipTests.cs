using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Discovery;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Refusals;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks.Flips;

/// <summary>What agent and plane sign for each other: no byte of what a statement is about can be changed, nor of its signature.</summary>
public sealed class StatementFlipTests : IDisposable
{
    private static readonly byte[] Challenge = [.. Enumerable.Range(0, 57).Select(i => (byte)i)];
    private readonly TestAgentKey _key = new();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void The_agents_signature_covers_challenge_credential_group_plane_and_key()
    {
        byte[] Statement(byte[][] p) => Statements.Authorization(
            p[0], new Any { TypeUrl = Text(p[1]), Value = ByteString.CopyFrom(p[2]) }, Text(p[3]), Text(p[4]), Text(p[5]), p[6]);
        byte[][] parts = [Challenge, Bytes("type.googleapis.com/onboarding.v1alpha1.JwtCredential"), Bytes("a.b.c"), Bytes("bookinfo"), Bytes("ratings"), Bytes("plane-uid"), _key.PublicBytes];

        ByteFlips.Covered(_key.Public, _key.Sign(Statement(parts)), Statement, parts);
    }

    [Fact]
    public void The_proof_of_a_call_covers_method_request_token_plane_registration_and_time()
    {
        byte[] Statement(byte[][] p) => Statements.Request(Text(p[0]), p[1], Text(p[2]), Text(p[3]), Text(p[4]), BitConverter.ToInt64(p[5]));
        byte[][] parts = [Bytes("/a.B/C"), Bytes("request"), Bytes("token"), Bytes("plane-uid"), Bytes("registration-uid"), BitConverter.GetBytes(1_700_000_000_000L)];

        ByteFlips.Covered(_key.Public, _key.Sign(Statement(parts)), Statement, parts);
    }

    [Fact]
    public void The_proof_of_a_session_covers_nonce_token_plane_and_registration()
    {
        byte[] Statement(byte[][] p) => Statements.Session(p[0], Text(p[1]), Text(p[2]), Text(p[3]));
        byte[][] parts = [Challenge[..32], Bytes("token"), Bytes("plane-uid"), Bytes("registration-uid")];

        ByteFlips.Covered(_key.Public, _key.Sign(Statement(parts)), Statement, parts);
    }

    [Fact]
    public void Bytes_that_move_from_one_part_of_a_statement_to_the_next_make_another_statement()
    {
        byte[] one = Statements.Request("/a.B/C", [], "token", "plane", "registration", 1);
        byte[] other = Statements.Request("/a.B/C", [], "token", "planer", "egistration", 1);

        _key.Public.Verify(other, _key.Sign(one)).ShouldBeFalse();
    }

    [Fact]
    public void No_challenge_with_a_byte_changed_is_good()
    {
        var challenges = new ChallengeIssuer(new FakeTimeProvider());
        byte[] genuine = challenges.Create(Challenge).Bytes;
        challenges.Check(genuine, Challenge).ShouldBe(ChallengeState.Good);

        foreach ((byte[] changed, string what) in ByteFlips.EachBitOf(genuine))
        {
            challenges.Check(changed, Challenge).ShouldBe(ChallengeState.Foreign, what);
        }
    }

    [Fact]
    public void No_proof_of_a_call_with_a_byte_changed_is_accepted()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(55));
        byte[] payload = [1, 2, 3];
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        byte[] genuine = new SignedRequest
        {
            Payload = ByteString.CopyFrom(payload),
            Signature = ByteString.CopyFrom(_key.Sign(Statements.Request("/a.B/C", payload, "token", "plane-uid", "uid-1", now))),
            PublicKey = ByteString.CopyFrom(_key.PublicBytes),
            TimeUnixMs = now,
            RegistrationUid = "uid-1",
        }.ToByteArray();
        var verifier = new SignedRequestVerifier(time);
        ProvenCaller Verify(byte[] request) =>
            verifier.Verify(SignedRequest.Parser.ParseFrom(request), "/a.B/C", "token", Claims(), "plane-uid");
        Verify(genuine).RegistrationUid.ShouldBe("uid-1");

        foreach ((byte[] changed, string what) in ByteFlips.EachBitOf(genuine))
        {
            // gRPC turns away what is no message.
            (Should.Throw<Exception>(() => Verify(changed), what) is RefusedException or InvalidProtocolBufferException).ShouldBeTrue(what);
        }
    }

    private OnboardingTokenClaims Claims() => new()
    {
        Workload = new Onboarding.Api.Identity.WorkloadIdentity(),
        GroupNamespace = "bookinfo",
        GroupName = "ratings",
        Registration = "ratings-1",
        Thumbprint = _key.Public.Thumbprint,
        Id = "1",
        IssuedAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = DateTimeOffset.MaxValue,
    };

    // One character for each byte: every change stays one.
    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
