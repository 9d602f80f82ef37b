using System.Text.Json.Nodes;
using Onboarding.Fleet.Workloads;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class IdentityTextTests
{
    [Theory]
    [InlineData("""{"jwt":{"issuer":"https://demo.localhost","subject":"laptop","attributes":{"role":"ratings"}}}""", "jwt  issuer=https://demo.localhost  subject=laptop  role=ratings")]
    [InlineData("""{"aws":{"account":"123456789012","ec2":{"instanceId":"i-0abc"}}}""", "aws  account=123456789012  instanceId=i-0abc")]
    [InlineData("""{"x509":{"dnsNames":["a.example","b.example"]}}""", "x509  dnsNames=a.example,b.example")]
    [InlineData("{}", "")]
    public void An_identity_is_said_on_one_line_with_the_platform_first(string json, string expected) =>
        IdentityText.Format((JsonObject)JsonNode.Parse(json)!).ShouldBe(expected);
}
