using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Aws;
using Onboarding.Endpoint.Authentication.Aws.Requests;
using Onboarding.Endpoint.Authentication.Cms;
using Onboarding.Endpoint.Hosting.ProxyProtocol;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Fuzz;

/// <summary>Everything that is read of what someone claims AWS said, before it is known whether AWS did.</summary>
public sealed class AwsFuzzTests : IDisposable
{
    private readonly X509Certificate2 _region = SigningCertificates.Create();
    private readonly X509Certificate2 _other = SigningCertificates.Create(2);

    public void Dispose()
    {
        _region.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void A_signed_message_that_was_changed_is_never_taken_for_another_document()
    {
        byte[] document = new TestInstance().Document;
        byte[] signed = CmsWriter.Sign(document, _region);
        new Fuzzer(
            signed,
            new CmsWriter(document).WithCertificate(_region).WithSigner(_region).ToArray(),
            new CmsWriter(document).WithCertificate(_other).WithSigner(_other).WithSigner(_region).ToArray(),
            CmsWriter.Sign(new TestInstance { Id = "i-00000000000000000" }.Document, _other)).Run<CmsException>(
            input =>
            {
                ReadOnlyMemory<byte> content = SignedMessage.Read(input).Verify(_region);

                // What is verified is what was signed: whatever else changed, it wasn't the document.
                content.Span.SequenceEqual(document).ShouldBeTrue();
            });
    }

    [Fact]
    public void An_instance_identity_document_is_read_or_refused() => new Fuzzer(
        new TestInstance().Document,
        new TestInstance { Region = "us-gov-west-1", Zone = "us-gov-west-1a" }.Document,
        """{"region":"\ud83d\ude00","accountId":"1","a":[[[{}]]]}"""u8.ToArray()).Run<AwsDocumentException>(input =>
        {
            InstanceDocument document = InstanceDocumentReader.Read(input);
            AwsPartition.IsRegion(document.Region).ShouldBeTrue();
            document.Account.Length.ShouldBe(12);
            InstanceDocumentReader.IsZoneOf(document.Region, document.Zone).ShouldBeTrue();
        });

    [Fact]
    public void An_answer_of_STS_is_read_or_refused() => new Fuzzer(
        Encoding.UTF8.GetBytes(FakeAws.CallerAnswer("111122223333", "arn:aws:sts::111122223333:assumed-role/cart/i-0abc"))).Run<AwsDocumentException>(
        input => CallerIdentities.Read(new AwsAnswer("application/json", input)).Account.Length.ShouldBe(12));

    [Fact]
    public void An_answer_of_ECS_is_read_or_refused()
    {
        const string Arn = "arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef0123456789abcdef";
        EcsTaskArn.TryParse(Arn, out EcsTaskArn? task).ShouldBeTrue();
        new Fuzzer(Encoding.UTF8.GetBytes(
            $$"""{"tasks":[{"taskArn":"{{Arn}}","clusterArn":"arn:aws:ecs:eu-west-1:111122223333:cluster/prod","lastStatus":"RUNNING","availabilityZone":"eu-west-1a"}]}"""))
            .Run<AwsDocumentException>(input => TaskDescriptions.ReadZone(new AwsAnswer("application/json", input), task!).ShouldNotBeEmpty());
    }

    [Fact]
    public void A_caller_is_a_session_of_a_role_or_refused() => new Fuzzer(
        "arn:aws:sts::111122223333:assumed-role/cart/i-0abc"u8.ToArray(), "arn:aws-cn:sts::111122223333:assumed-role/a+=,.@-_b/x"u8.ToArray())
        .Run<AwsDocumentException>(input =>
        {
            CallerIdentity caller = CallerIdentity.Parse("111122223333", Encoding.UTF8.GetString(input));
            $"arn:{caller.Partition}:sts::{caller.Account}:assumed-role/{caller.Role}/{caller.Session}".ShouldBe(Encoding.UTF8.GetString(input));
        });

    [Fact]
    public void An_ARN_of_a_task_is_read_back_as_it_was_written_or_not_at_all() => new Fuzzer(
        "arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef0123456789abcdef"u8.ToArray()).Run<NoException>(input =>
        {
            string text = Encoding.UTF8.GetString(input);
            if (EcsTaskArn.TryParse(text, out EcsTaskArn? task))
            {
                task.ToString().ShouldBe(text);
            }
        });

    [Fact]
    public void A_signed_request_stays_in_its_headers_or_is_refused()
    {
        DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var genuine = new AwsSignedRequest
        {
            Region = "eu-west-1",
            AccessKeyId = "ASIA0123456789ABCDEF",
            SecurityToken = Convert.ToBase64String(new byte[100]),
            AmzDate = "20260101T000000Z",
            Signature = ByteString.CopyFrom(new byte[32]),
        };
        new Fuzzer(genuine.ToByteArray()).Run<AwsDocumentException>(input =>
        {
            AwsSignedRequest request;
            try
            {
                request = AwsSignedRequest.Parser.ParseFrom(input);
            }
            catch (InvalidProtocolBufferException)
            {
                return;
            }

            SignedBy signed = SignedBy.Read(request, now);
            AwsRequest sent = AwsRequest.GetCallerIdentity(signed.Region);
            var headers = sent.Headers(signed.AmzDate, signed.SecurityToken, "challenge");
            headers.Select(h => h.Value).Append(sent.Authorization(signed.AccessKeyId, signed.Signature.Span, headers, signed.AmzDate))
                .ShouldAllBe(value => value.All(c => c >= ' ' && c <= '~'));
            sent.Host.ShouldEndWith(".amazonaws.com");
        });
    }

    [Fact]
    public void A_header_of_a_load_balancer_is_read_or_refused() => new Fuzzer(
        [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0x00, 0x0C, 192, 0, 2, 1, 192, 0, 2, 2, 0x12, 0x34, 0x3C, 0x53])
        .Run<NoException>(input => ProxyHeader.TryRead(input, out IPEndPoint? _));
}
