using System.Formats.Asn1;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Runtime;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>Forged, mixed up and malformed documents of EC2, at the real endpoint.</summary>
public sealed class DocumentCaseTests(AwsPlane aws) : IClassFixture<AwsPlane>
{
    private readonly TestInstance _victim = new();
    private static readonly X509Certificate2 Attacker = SigningCertificates.Create(0x11);
    private static readonly X509Certificate2 Stranger = SigningCertificates.Create(0x66);

    public static TheoryData<string, string> AmbiguousDocuments => new()
    {
        { "a property twice", """{"accountId":"999988887777","accountId":"111122223333",""" },
        { "a property twice, one escaped", """{"\u0061ccountId":"999988887777","accountId":"111122223333",""" },
        { "two spellings", """{"accountID":"999988887777","accountId":"111122223333",""" },
        { "a NUL", """{"accountId":"111122223333","kernelId":"a\u0000b",""" },
        { "a lone surrogate", """{"accountId":"111122223333","kernelId":"\ud800",""" },
        { "a comment", """{/* */"accountId":"111122223333",""" },
        { "a byte order mark", "\uFEFF{\"accountId\":\"111122223333\"," },
        { "an account that is a number", """{"accountId":111122223333,""" },
        { "an account with a newline", """{"accountId":"111122223333\n",""" },
        { "an empty account", """{"accountId":"",""" },
    };

    [Fact]
    public Task Case01_a_certificate_of_the_same_issuer_and_serial_number_in_the_message_is_not_believed() => RefusedAsync(
        new CmsWriter(_victim.Document).WithCertificate(Attacker).WithSigner(Attacker).ToArray(), Reasons.CredentialSignature);

    [Fact]
    public async Task Case02_a_plain_document_beside_the_signed_one_is_not_looked_at()
    {
        // The message has no field for one; a forger adds it as a field that this version doesn't know.
        TestAgent agent = aws.Ec2Agent(new TestInstance { Id = "i-0bbbbbbbbbbbbbbb2" });
        Func<Rpc.Plane, Any> make = agent.CredentialFor!;
        agent.CredentialFor = plane =>
        {
            Any genuine = make(plane);
            byte[] plain = new TestInstance { Id = "i-0ccccccccccccccc2" }.Document;
            byte[] extra = [0x4A, .. Length(plain.Length), .. plain];
            return new Any { TypeUrl = genuine.TypeUrl, Value = ByteString.CopyFrom([.. genuine.Value.Span, .. extra]) };
        };

        await agent.AuthorizeAsync();

        agent.Registration.ShouldEndWith("ec2-i-0bbbbbbbbbbbbbbb2");
    }

    [Fact]
    public Task Case03_of_two_signers_a_genuine_one_is_not_enough() => RefusedAsync(
        new CmsWriter(_victim.Document).WithSigner(aws.Ireland).WithSigner(Stranger).ToArray(), Reasons.CredentialMalformed);

    [Fact]
    public Task Case04_a_genuine_certificate_first_in_the_bag_does_not_vouch_for_another_signer() => RefusedAsync(
        new CmsWriter(_victim.Document).WithCertificate(aws.Ireland).WithCertificate(Stranger).WithSigner(Stranger).ToArray(),
        Reasons.CredentialSignature);

    [Fact]
    public Task Case05_a_message_that_nobody_signed_is_refused()
    {
        var cms = new SignedCms(new ContentInfo(_victim.Document));
        cms.ComputeSignature(new CmsSigner(SubjectIdentifierType.NoSignature), silent: true);
        return RefusedAsync(cms.Encode(), Reasons.CredentialAlgorithm);
    }

    [Fact]
    public Task Case06_a_message_without_signers_is_refused() =>
        RefusedAsync(new CmsWriter(_victim.Document).ToArray(), Reasons.CredentialMalformed);

    [Theory]
    [InlineData("1.3.14.3.2.26", "1.2.840.113549.1.1.1")]
    [InlineData("1.3.14.3.2.26", "1.2.840.10040.4.3")]
    [InlineData("2.16.840.1.101.3.4.2.1", "1.2.840.10040.4.3")]
    [InlineData("2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.5")]
    public Task Case07_DSA_and_SHA1_are_refused(string digest, string signature) => RefusedAsync(
        new CmsWriter(_victim.Document) { DigestAlgorithm = digest }.WithSigner(aws.Ireland, signatureAlgorithm: signature).ToArray(),
        Reasons.CredentialAlgorithm);

    [Fact]
    public Task Case08_a_document_of_one_region_signed_with_the_certificate_of_another_is_refused() =>
        RefusedAsync(_victim.Sign(aws.Virginia), Reasons.CredentialSignature);

    [Fact]
    public async Task Case09_a_region_without_a_certificate_is_refused_and_the_file_to_add_is_named()
    {
        var unknown = new TestInstance { Region = "eu-west-9", Zone = "eu-west-9a" };

        string message = (await aws.RefusedAsync(aws.Ec2Agent(unknown.Sign(aws.Ireland)), Reasons.CredentialIssuer))["message"]!.GetValue<string>();

        message.ShouldContain("aws/eu-west-9.pem");
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("eu-west-1/../us-east-1")]
    [InlineData("eu-west-1\0")]
    [InlineData("EU-WEST-1")]
    public Task Case09_what_is_no_region_is_no_file_name(string region) =>
        RefusedAsync((_victim with { Region = region }).Sign(aws.Ireland), Reasons.CredentialMalformed);

    [Fact]
    public async Task Case10_bombs_and_leftovers_are_refused_before_they_are_parsed()
    {
        byte[] genuine = _victim.Sign(aws.Ireland);
        await RefusedAsync([.. genuine, 0], Reasons.CredentialMalformed);
        await RefusedAsync(genuine[..^1], Reasons.CredentialMalformed);
        await RefusedAsync([.. Enumerable.Repeat<byte[]>([0x30, 0x80], 10_000).SelectMany(b => b)], Reasons.CredentialMalformed);
        await RefusedAsync(Nested(2_000), Reasons.CredentialMalformed);
        await RefusedAsync([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF], Reasons.CredentialMalformed);
        await RefusedAsync(CmsWriter.Sign(new byte[40_000], aws.Ireland), Reasons.CredentialMalformed);
    }

    [Fact]
    public async Task Case10_ten_megabytes_do_not_get_past_the_front_door()
    {
        // The gRPC server turns it away by its length: no call of the plane's, so no reason code and no audit record.
        int before = (await aws.Plane.Client.ListAsync<WorkloadKeyBinding>(null)).Items.Count;
        RpcException e = await Should.ThrowAsync<RpcException>(aws.Ec2Agent(new byte[10_000_000]).AuthorizeAsync());

        e.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        (await aws.Plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items.ShouldBeEmpty();
        (await aws.Plane.Client.ListAsync<WorkloadKeyBinding>(null)).Items.Count.ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(AmbiguousDocuments))]
    public Task Case11_a_document_that_can_be_read_in_two_ways_is_refused_even_if_it_is_genuine(string what, string start)
    {
        string rest = """"region":"eu-west-1","availabilityZone":"eu-west-1a","instanceId":"i-1234567890abcdef0","pendingTime":"2026-01-01T00:00:00Z"}"""";
        return aws.RefusedAsync(
            aws.Ec2Agent(CmsWriter.Sign(Encoding.UTF8.GetBytes(start + rest), aws.Ireland)), Reasons.CredentialMalformed, what);
    }

    [Fact]
    public async Task Case12_a_start_in_the_future_is_refused_beyond_a_minute()
    {
        await RefusedAsync((_victim with { Started = DateTimeOffset.UtcNow.AddMinutes(5) }).Sign(aws.Ireland), Reasons.CredentialNotYetValid);
        await aws.Ec2Agent((_victim with { Id = "i-0ddddddddddddddd1", Started = DateTimeOffset.UtcNow.AddSeconds(50) }).Sign(aws.Ireland)).AuthorizeAsync();
    }

    [Fact]
    public async Task Case12_a_start_too_long_ago_is_refused_a_minute_after_the_limit()
    {
        DateTimeOffset limit = DateTimeOffset.UtcNow.AddMinutes(-10);
        await RefusedAsync((_victim with { Started = limit.AddSeconds(-61) }).Sign(aws.Ireland), Reasons.CredentialExpired);
        await aws.Ec2Agent((_victim with { Id = "i-0ddddddddddddddd2", Started = limit }).Sign(aws.Ireland)).AuthorizeAsync();
    }

    private Task<JsonNode> RefusedAsync(byte[] message, string reason) => aws.RefusedAsync(aws.Ec2Agent(message), reason);

    private static byte[] Nested(int depth)
    {
        byte[] inner = [0x05, 0x00];
        for (int i = 0; i < depth; i++)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(inner);
            }

            inner = writer.Encode();
        }

        return inner;
    }

    private static byte[] Length(int length)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteLength(length);
        }

        return stream.ToArray();
    }
}
