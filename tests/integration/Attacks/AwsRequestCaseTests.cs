using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Onboarding.Api;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// Requests to AWS that a workload signs and the plane sends. The plane builds them again from five checked values: most of what
/// products that relay requests had to check can't even be said here.
/// </summary>
public sealed class AwsRequestCaseTests(AwsPlane aws) : IClassFixture<AwsPlane>
{
    private static readonly TestInstance Victim = new() { Id = "i-0eeeeeeeeeeeeeee1" };

    [Theory]
    [InlineData("evil")]
    [InlineData("eu-west-1.evil.com")]
    [InlineData("eu-west-1.amazonaws.com.evil.com#")]
    [InlineData("eu-west-1@evil.com")]
    [InlineData("eu-west-1:8443")]
    [InlineData("eu-west-1/")]
    [InlineData("[::1]")]
    [InlineData("eu-west-１")]
    [InlineData("eu-west-1\r\nHost: evil.com")]
    [InlineData("")]
    public async Task Case23_a_host_cannot_be_chosen_by_way_of_the_region(string region)
    {
        int asked = aws.Aws.Requests.Count;

        await aws.RefusedAsync(Signed(request => request.Region = region), Reasons.CredentialMalformed);

        aws.Aws.Requests.Count.ShouldBe(asked, "nobody was asked");
    }

    [Fact]
    public async Task Case23_a_region_that_only_looks_like_one_is_not_asked() =>
        await aws.RefusedAsync(Signed(request => request.Region = "xx-evil-1"), Reasons.CredentialIssuer);

    [Fact]
    public async Task Case24_what_AWS_is_sent_is_the_planes_own_request_and_nothing_else()
    {
        await Signed(_ => { }).AuthorizeAsync();

        aws.Aws.Requests.Last().ShouldBe("POST /");
        aws.Aws.LastHeaders.Keys.Order().ShouldBe(
        [
            "accept", "authorization", "content-length", "content-type", "host", "x-amz-date", "x-amz-security-token", "x-onboarding-challenge",
        ]);
        aws.Aws.LastHeaders["host"].ShouldStartWith("sts.eu-west-1.amazonaws.com");
    }

    [Fact]
    public async Task Case24_a_signature_made_for_another_action_is_worth_nothing()
    {
        TestRole role = aws.Role(Victim.Id);
        EcsTaskArn.TryParse(AwsPlane.TaskArn, out EcsTaskArn? task).ShouldBeTrue();

        await aws.RefusedAsync(SignedAs(role, AwsRequest.DescribeTask(task!), headers => headers), Reasons.CredentialSignature);
    }

    [Theory]
    [InlineData("access key with a slash")]
    [InlineData("token with a line break")]
    [InlineData("token of nothing")]
    [InlineData("long token")]
    [InlineData("short signature")]
    [InlineData("no time")]
    public Task Case24_what_could_leave_its_place_in_a_header_is_refused(string what) => aws.RefusedAsync(
        Signed(request =>
        {
            switch (what)
            {
                case "access key with a slash":
                    request.AccessKeyId = "ASIAAAAAAAAAAAAA/20260101/us-east-1/iam/aws4_request";
                    break;
                case "token with a line break":
                    request.SecurityToken += "\r\nX-Amz-Target: x";
                    break;
                case "token of nothing":
                    request.SecurityToken = "";
                    break;
                case "long token":
                    request.SecurityToken = new string('A', 9_000);
                    break;
                case "short signature":
                    request.Signature = ByteString.CopyFrom(new byte[31]);
                    break;
                default:
                    request.AmzDate = "20260101T000000Z, SignedHeaders=host";
                    break;
            }
        }),
        Reasons.CredentialMalformed,
        what);

    [Fact]
    public Task Case25_a_signature_that_does_not_cover_the_challenge_is_worth_nothing() => aws.RefusedAsync(
        SignedAs(aws.Role(Victim.Id), AwsRequest.GetCallerIdentity("eu-west-1"), headers => [.. headers.Where(h => h.Name != AwsRequest.ChallengeHeader)]),
        Reasons.CredentialSignature);

    [Fact]
    public Task Case25_a_challenge_that_is_signed_twice_or_folded_is_worth_nothing() => aws.RefusedAsync(
        SignedAs(aws.Role(Victim.Id), AwsRequest.GetCallerIdentity("eu-west-1"), headers => [.. headers, (AwsRequest.ChallengeHeader, "\r\n x")]),
        Reasons.CredentialSignature);

    [Fact]
    public async Task Case26_a_request_signed_for_another_key_challenge_or_plane_is_worth_nothing()
    {
        TestRole role = aws.Role(Victim.Id);
        TestAgent victim = aws.Ec2Agent(Victim, role: role);
        Any overheard = victim.CredentialFor!(await victim.GetPlaneAsync());

        TestAgent thief = aws.Ec2Agent(Victim);
        thief.CredentialFor = _ => overheard;
        await aws.RefusedAsync(thief, Reasons.CredentialSignature, "another key");

        TestAgent later = aws.Ec2Agent(Victim, key: victim.Key);
        later.CredentialFor = _ => overheard;
        await aws.RefusedAsync(later, Reasons.CredentialSignature, "another challenge");

        TestAgent elsewhere = aws.Ec2Agent(Victim, role: role);
        Func<Rpc.Plane, Any> make = elsewhere.CredentialFor!;
        elsewhere.CredentialFor = plane => make(new Rpc.Plane(plane) { Uid = "another-plane" });
        await aws.RefusedAsync(elsewhere, Reasons.CredentialSignature, "another plane");
    }

    [Fact]
    public Task Case26_a_request_signed_long_ago_is_refused_before_AWS_is_asked() => aws.RefusedAsync(
        Signed(request => request.AmzDate = DateTimeOffset.UtcNow.AddMinutes(-6).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)),
        Reasons.CredentialMalformed);

    [Theory]
    [InlineData("XML", Reasons.IssuerUnavailable)]
    [InlineData("HTML", Reasons.IssuerUnavailable)]
    [InlineData("echo", Reasons.CredentialMalformed)]
    [InlineData("twice", Reasons.CredentialMalformed)]
    [InlineData("truncated", Reasons.CredentialMalformed)]
    [InlineData("huge", Reasons.IssuerUnavailable)]
    [InlineData("redirect", Reasons.IssuerUnavailable)]
    [InlineData("empty", Reasons.CredentialMalformed)]
    public async Task Case27_an_answer_that_is_not_AWSs_own_says_nothing(string kind, string reason)
    {
        string identity = FakeAws.CallerAnswer(AwsPlane.Account, $"arn:aws:sts::{AwsPlane.Account}:assumed-role/admin/{Victim.Id}");
        aws.Aws.Instead = http => kind switch
        {
            "XML" => LoopbackServer.TextAsync(http, identity, "text/xml"),
            "HTML" => LoopbackServer.TextAsync(http, $"<html>{identity}</html>", "text/html"),
            "echo" => LoopbackServer.TextAsync(http, $$"""{"Error":{"Message":"bad request"},"Echo":{{identity}}}""", "application/json"),
            "twice" => LoopbackServer.TextAsync(http, identity.Insert(1, "\"GetCallerIdentityResponse\":{},"), "application/json"),
            "truncated" => LoopbackServer.TextAsync(http, identity[..^3], "application/json"),
            "huge" => LoopbackServer.TextAsync(http, identity + new string(' ', 100_000), "application/json"),
            "redirect" => RedirectAsync(http),
            _ => LoopbackServer.TextAsync(http, "{}", "application/json"),
        };
        try
        {
            int asked = aws.Aws.Requests.Count;
            await aws.RefusedAsync(Signed(_ => { }), reason, kind);
            aws.Aws.Requests.Count.ShouldBe(asked + 1, "no second request, wherever the answer sends to");
        }
        finally
        {
            aws.Aws.Instead = null;
        }
    }

    [Fact]
    public Task Case28_a_session_that_bears_another_instances_name_is_refused() =>
        aws.RefusedAsync(aws.Ec2Agent(Victim, role: aws.Role("i-0eeeeeeeeeeeeeee2")), Reasons.CredentialSubject);

    [Fact]
    public Task Case28_the_role_of_another_account_is_refused_whatever_its_name() =>
        aws.RefusedAsync(aws.Ec2Agent(Victim, role: aws.Role(Victim.Id, "999988887777")), Reasons.CredentialSubject);

    [Theory]
    [InlineData("arn:aws:iam::111122223333:user/admin")]
    [InlineData("arn:aws:iam::111122223333:root")]
    [InlineData("arn:aws:sts::111122223333:federated-user/i-0eeeeeeeeeeeeeee1")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/*/i-0eeeeeeeeeeeeeee1")]
    [InlineData("arn:aws:sts::111122223333:assumed-role/a/b/i-0eeeeeeeeeeeeeee1")]
    [InlineData("arn:aws:sts::999988887777:assumed-role/cart/i-0eeeeeeeeeeeeeee1")]
    [InlineData("arn:aws-cn:sts::111122223333:assumed-role/cart/i-0eeeeeeeeeeeeeee1")]
    [InlineData("arn:aws:sts:eu-west-1:111122223333:assumed-role/cart/i-0eeeeeeeeeeeeeee1")]
    public async Task Case28_an_ARN_that_is_not_of_a_roles_session_in_the_regions_partition_is_refused(string arn)
    {
        aws.Aws.Instead = http => LoopbackServer.TextAsync(http, FakeAws.CallerAnswer(AwsPlane.Account, arn), "application/json");
        try
        {
            await aws.RefusedAsync(Signed(_ => { }), Reasons.CredentialMalformed, arn);
        }
        finally
        {
            aws.Aws.Instead = null;
        }
    }

    private static Task RedirectAsync(HttpContext http)
    {
        http.Response.Redirect("https://sts.eu-west-1.amazonaws.com/elsewhere");
        return Task.CompletedTask;
    }

    /// <summary>A genuine credential of document and role, of which the signed request is changed.</summary>
    private TestAgent Signed(Action<AwsSignedRequest> change)
    {
        TestAgent agent = aws.Ec2Agent(Victim, role: aws.Role(Victim.Id));
        Func<Rpc.Plane, Any> make = agent.CredentialFor!;
        agent.CredentialFor = plane =>
        {
            AwsEc2Credential credential = make(plane).Unpack<AwsEc2Credential>();
            change(credential.CallerIdentity);
            return Any.Pack(credential);
        };
        return agent;
    }

    /// <summary>A request signed with genuine credentials, but over something else than the plane sends.</summary>
    private TestAgent SignedAs(
        TestRole role, AwsRequest what, Func<IReadOnlyList<(string Name, string Value)>, IReadOnlyList<(string Name, string Value)>> headers)
    {
        TestAgent agent = aws.Ec2Agent(Victim, role: role);
        Func<Rpc.Plane, Any> make = agent.CredentialFor!;
        agent.CredentialFor = plane =>
        {
            AwsEc2Credential credential = make(plane).Unpack<AwsEc2Credential>();
            AwsSignedRequest request = credential.CallerIdentity;
            string challenge = AwsRequest.Challenge(plane.Challenge.Span, plane.Uid, agent.Key.PublicBytes);
            request.Signature = ByteString.CopyFrom(
                what.Sign(role.SecretKey, headers(what.Headers(request.AmzDate, role.Token, challenge)), request.AmzDate));
            return Any.Pack(credential);
        };
        return agent;
    }
}
