using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials;
using Onboarding.Client.Credentials.Aws;
using Onboarding.Endpoint.Authentication;
using Onboarding.Plane.Refusals;
using Onboarding.Testing;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks.Flips;

/// <summary>AWS's documents and signed requests: with any byte changed, AWS's signature is gone, or the signer's.</summary>
public sealed class AwsFlipTests(AwsPlane aws) : IClassFixture<AwsPlane>, IDisposable
{
    private const int Seed = 73;
    private static readonly byte[] Challenge = [.. Enumerable.Range(0, 57).Select(i => (byte)i)];
    private readonly TestAgentKey _key = new();
    private readonly TestInstance _instance = new() { Id = "i-0f11f11f11f11f111" };

    private ICredentialAuthenticator Ec2 => Of(AwsEc2Credential.Descriptor.FullName);

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task No_identity_document_with_a_byte_changed_is_accepted()
    {
        byte[] message = new AwsEc2Credential { IdentityDocument = ByteString.CopyFrom(_instance.Sign(aws.Ireland)) }.ToByteArray();

        await ByteFlips.RefusedAsync(Ec2, message, Request, ByteFlips.ThreeOfEach(message));
    }

    [Fact]
    public async Task No_identity_document_with_a_character_of_its_base64_changed_is_accepted()
    {
        // As the metadata service gives it: an agent decodes it, and what it can't decode it doesn't send.
        byte[] genuine = _instance.Sign(aws.Ireland);
        byte[] text = System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(genuine));
        var decoded = new List<(byte[] Changed, string What)>();
        foreach ((byte[] changed, string what) in ByteFlips.ThreeOfEach(text))
        {
            byte[] document = new byte[genuine.Length + 3];
            if (Convert.TryFromBase64String(System.Text.Encoding.Latin1.GetString(changed), document, out int length)
                && !document.AsSpan(0, length).SequenceEqual(genuine))
            {
                decoded.Add((new AwsEc2Credential { IdentityDocument = ByteString.CopyFrom(document, 0, length) }.ToByteArray(), what));
            }
        }

        await ByteFlips.RefusedAsync(Ec2, new AwsEc2Credential { IdentityDocument = ByteString.CopyFrom(genuine) }.ToByteArray(), Request, decoded);
    }

    [Fact]
    public async Task No_signed_request_with_a_byte_changed_is_accepted()
    {
        AwsSigner signer = Signer(aws.Role(_instance.Id));
        AwsSignedRequest signed = signer.Sign(AwsRequest.GetCallerIdentity("eu-west-1"), "eu-west-1");
        byte[] document = new AwsEc2Credential { IdentityDocument = ByteString.CopyFrom(_instance.Sign(aws.Ireland)) }.ToByteArray();

        // Another region's STS can't be asked here: its certificate is missing, and so is its answer.
        await ByteFlips.RefusedAsync(
            Ec2,
            [.. document, .. Wrapped(AwsEc2Credential.CallerIdentityFieldNumber, signed.ToByteArray())],
            Request,
            ByteFlips.ThreeOfEach(signed.ToByteArray()).Select(f => ((byte[])[.. document, .. Wrapped(AwsEc2Credential.CallerIdentityFieldNumber, f.Changed)], f.What)),
            Reasons.IssuerUnavailable);
    }

    [Fact]
    public async Task No_request_of_a_task_with_a_byte_changed_is_accepted()
    {
        TestRole role = aws.Role(AwsPlane.TaskId);
        aws.Aws.AddTask(AwsPlane.TaskArn, role);
        EcsTaskArn.TryParse(AwsPlane.TaskArn, out EcsTaskArn? task).ShouldBeTrue();
        AwsSigner signer = Signer(role);
        byte[] before = new AwsEcsCredential
        {
            TaskArn = AwsPlane.TaskArn,
            AvailabilityZone = "eu-west-1a",
            CallerIdentity = signer.Sign(AwsRequest.GetCallerIdentity("eu-west-1"), "eu-west-1"),
        }.ToByteArray();
        byte[] describe = signer.Sign(AwsRequest.DescribeTask(task!), "eu-west-1").ToByteArray();

        await ByteFlips.RefusedAsync(
            Of(AwsEcsCredential.Descriptor.FullName),
            [.. before, .. Wrapped(AwsEcsCredential.DescribeTaskFieldNumber, describe)],
            Request,
            ByteFlips.Sampled(describe, Seed).Select(f => ((byte[])[.. before, .. Wrapped(AwsEcsCredential.DescribeTaskFieldNumber, f.Changed)], $"{f.What}, seed {Seed}")),
            Reasons.IssuerUnavailable);
    }

    [Fact]
    public async Task No_signed_request_for_another_challenge_plane_or_key_is_accepted()
    {
        byte[] message = new AwsEc2Credential
        {
            IdentityDocument = ByteString.CopyFrom(_instance.Sign(aws.Ireland)),
            CallerIdentity = Signer(aws.Role(_instance.Id)).Sign(AwsRequest.GetCallerIdentity("eu-west-1"), "eu-west-1"),
        }.ToByteArray();
        AuthenticationRequest request = Request(ByteString.CopyFrom(message));
        using var other = new TestAgentKey();

        (await Ec2.AuthenticateAsync(request, default)).Identity.Aws!.Ec2!.IamRole.ShouldNotBeNull();
        foreach (AuthenticationRequest changed in ByteFlips.ThreeOfEach(Challenge).Select(c => request with { Challenge = c.Changed })
            .Append(request with { PlaneUid = TestPlane.Uid + "x" }).Append(request with { Key = other.Public }))
        {
            (await Should.ThrowAsync<RefusedException>(() => Ec2.AuthenticateAsync(changed, default)))
                .Refusal.Reason.ShouldBe(Reasons.CredentialSignature);
        }
    }

    private static byte[] Wrapped(int field, byte[] message)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(message));
        }

        return stream.ToArray();
    }

    private static AuthenticationRequest Request(ByteString credential, TestAgentKey key) => new(credential, TestPlane.Uid, key.Public) { Challenge = Challenge };

    private AuthenticationRequest Request(ByteString credential) => Request(credential, _key);

    private AwsSigner Signer(TestRole role) => new(
        new AwsCredentials(role.AccessKeyId, role.SecretKey, role.Token),
        new CredentialRequest(TestPlane.Uid, Challenge, _key.Public),
        TimeProvider.System);

    private ICredentialAuthenticator Of(string name) =>
        aws.Plane.Endpoint.Services.GetServices<ICredentialAuthenticator>().Single(a => a.MessageName == name);
}
