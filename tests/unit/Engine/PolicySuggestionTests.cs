using System.Text.Json.Nodes;
using Onboarding.Fleet.Status;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class PolicySuggestionTests
{
    [Theory]
    [InlineData(
        """{"jwt":{"issuer":"https://demo.localhost","subject":"laptop","attributes":{"role":"ratings"}}}""",
        "-Jwt -Issuer https://demo.localhost -Attribute @{ role = 'ratings' }")]
    [InlineData("""{"jwt":{"issuer":"https://demo.localhost","subject":"vm 1"}}""", "-Jwt -Issuer https://demo.localhost -Subject 'vm 1'")]
    [InlineData("""{"aws":{"account":"123456789012","region":"eu-west-1","ec2":{"instanceId":"i-1"}}}""", "-Aws -AccountId 123456789012 -Region eu-west-1")]
    [InlineData("""{"aws":{"account":"123456789012","region":"eu-west-1","ecs":{"cluster":"prod"}}}""", "-Ecs -AccountId 123456789012 -Region eu-west-1 -Cluster prod")]
    [InlineData("""{"spiffe":{"trustDomain":"example.org","path":"/vm/web-1"}}""", "-Spiffe -TrustDomain example.org -SpiffePath /vm/web-1")]
    [InlineData("""{"joinToken":{"name":"rack-7-1"}}""", "-JoinToken -TokenName rack-7-1")]
    public void The_command_admits_the_identity_that_was_refused(string identity, string matcher) =>
        Suggest(identity).ShouldBe($"New-WorkloadGroupPolicy ratings -Namespace bookinfo -WorkloadGroup ratings {matcher}");

    [Theory]
    [InlineData("x'; Remove-Item -Recurse ~; '", "'x''; Remove-Item -Recurse ~; '''")]
    [InlineData("x\u2019; Get-Secret", "'x\u2019\u2019; Get-Secret'")]
    [InlineData("$(Get-Secret)", "'$(Get-Secret)'")]
    [InlineData("-Confirm:$false", "'-Confirm:$false'")]
    public void Case61_an_identity_cant_smuggle_a_command_into_the_one_that_is_copied(string subject, string quoted) =>
        Suggest(new JsonObject { ["jwt"] = new JsonObject { ["issuer"] = "i", ["subject"] = subject } }.ToJsonString()).ShouldNotBeNull().ShouldEndWith($"-Subject {quoted}");

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"mars":{"rover":"1"}}""")]
    [InlineData("""{"jwt":{"issuer":"i"}}""")]
    [InlineData("""{"jwt":{"issuer":"i","subject":"a\u001b[2Jb"}}""")]
    public void There_is_no_command_for_what_cant_be_matched_or_would_steer_a_terminal(string identity) => Suggest(identity).ShouldBeNull();

    private static string? Suggest(string identity) => PolicySuggestion.ForIdentity((JsonObject)JsonNode.Parse(identity)!, "bookinfo", "ratings");
}
