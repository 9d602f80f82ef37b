using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>Documents and tokens of Azure that are about another machine, another time or something that is no machine.</summary>
public sealed class Case22AzureTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    private const string Group = $"/subscriptions/{AzureCloud.Subscription}/resourceGroups/shop";

    public static TheoryData<string, string?, string?> Resources => new()
    {
        { "an identity that machines share, and no machine", AzureCloud.Identity, null },
        { "no resource at all", null, null },
        { "a machine only in a claim that goes with another", null, AzureCloud.Machine },
        { "a container group", AzureCloud.Identity, $"{Group}/providers/Microsoft.ContainerInstance/containerGroups/web-1" },
        { "a cluster", $"{Group}/providers/Microsoft.ContainerService/managedClusters/aks", null },
        { "a function", $"{Group}/providers/Microsoft.Web/sites/virtualMachines", null },
        { "a machine of another provider", $"{Group}/providers/Evil.Compute/virtualMachines/web-1", null },
        { "a path that only contains a machine's", $"{Group}/providers/Microsoft.Web/sites/x/virtualMachines/web-1", null },
        { "empty segments", $"{Group}//providers/Microsoft.Compute/virtualMachines/web-1", null },
        { "no resource group", $"/subscriptions/{AzureCloud.Subscription}/providers/Microsoft.Compute/virtualMachines/web-1", null },
        { "another subscription", AzureCloud.Machine.Replace("8d10da13", "8d10da14", StringComparison.Ordinal), null },
    };

    [Theory]
    [MemberData(nameof(Resources))]
    public Task Case22_a_token_that_does_not_say_which_machine_got_it_is_refused(string what, string? assigned, string? resource) => Refused(
        Reasons.CredentialSubject,
        (plane, key) => PlatformCredentials.Azure(Platforms.Azure, plane, key, claims: c =>
        {
            c.Remove("xms_mirid");
            if (assigned is not null)
            {
                c["xms_mirid"] = assigned;
            }

            if (resource is not null)
            {
                c["xms_az_rid"] = resource;
            }
        }),
        what);

    [Fact]
    public async Task Case22_the_case_of_a_resources_id_makes_no_other_machine_of_it()
    {
        using var key = new TestAgentKey();
        TestAgent agent = await Platforms.AdmitAsync(
            (plane, k) => PlatformCredentials.Azure(Platforms.Azure, plane, k, claims: Own), key);

        TestAgent again = await Platforms.AdmitAsync(
            (plane, k) => PlatformCredentials.Azure(
                Platforms.Azure,
                plane,
                k,
                claims: c =>
                {
                    Own(c);
                    c["xms_mirid"] = AzureCloud.Machine.ToUpperInvariant();
                }),
            key);

        again.RegistrationUid.ShouldBe(agent.RegistrationUid, "it is the vmId that tells machines apart");
        await Platforms.RefuseAsync(
            Reasons.KeyMismatch, (plane, k) => PlatformCredentials.Azure(Platforms.Azure, plane, k, claims: Own), because: "and another key is another machine");

        // Two tokens of one second would be the same text, and serve one machine.
        static void Own(JsonObject claims) => claims["uti"] = Guid.NewGuid().ToString();
    }

    [Theory]
    [InlineData("aud", "https://management.azure.com/", Reasons.CredentialAudience)]
    [InlineData("aud", "api://onboarding-other", Reasons.CredentialAudience)]
    [InlineData("iss", "https://sts.windows.net/11111111-1111-4111-8111-111111111111/", Reasons.CredentialIssuer)]
    [InlineData("iss", "https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47", Reasons.CredentialIssuer)]
    [InlineData("iss", "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v1.0", Reasons.CredentialIssuer)]
    [InlineData("tid", "11111111-1111-4111-8111-111111111111", Reasons.CredentialTenant)]
    public Task Case20_a_token_of_another_tenant_or_for_another_service_is_refused(string claim, string value, string reason) =>
        Refused(reason, (plane, key) => PlatformCredentials.Azure(Platforms.Azure, plane, key, claims: c => c[claim] = value));

    [Fact]
    public async Task Case22_a_document_made_for_another_challenge_key_or_plane_is_refused()
    {
        using var other = new TestAgentKey();
        Onboarding.Api.Rpc.Plane earlier = await Platforms.Plane.Agent().GetPlaneAsync();

        await Refused(Reasons.CredentialAudience, (_, key) => PlatformCredentials.Azure(Platforms.Azure, earlier, key), "an earlier challenge");
        await Refused(Reasons.CredentialAudience, (plane, _) => PlatformCredentials.Azure(Platforms.Azure, plane, other), "another agent's key");
        await Content(Reasons.CredentialAudience, c => c["nonce"] = "");
        await Content(Reasons.CredentialMalformed, c => c.Remove("nonce"));
    }

    [Fact]
    public async Task Case22_a_machine_of_a_subscription_that_is_not_configured_is_refused() =>
        await Content(Reasons.CredentialTenant, c => c["subscriptionId"] = "11111111-1111-4111-8111-111111111111");

    [Fact]
    public async Task Case12_a_document_that_has_expired_is_refused()
    {
        await Content(Reasons.CredentialExpired, c => c["timeStamp"]!["expiresOn"] = "01/01/20 00:00:00 -0000");
        await Content(Reasons.CredentialMalformed, c => c["timeStamp"]!["expiresOn"] = "2099-01-01T00:00:00Z");
        await Content(Reasons.CredentialMalformed, c => c.Remove("timeStamp"));
    }

    [Theory]
    [InlineData("{\"vmId\":\"{vm}\",\"VMID\":\"00000000-0000-4000-8000-000000000099\",{rest}}")]
    [InlineData("{\"vmId\":\"{vm}\",\"vmId\":\"00000000-0000-4000-8000-000000000099\",{rest}}")]
    [InlineData("{\"vmId\":\"{vm}\\u0000\",{rest}}")]
    [InlineData("{\"vmId\":\"\\ud800\",{rest}}")]
    [InlineData("\ufeff{\"vmId\":\"{vm}\",{rest}}")]
    [InlineData("[{\"vmId\":\"{vm}\",{rest}}]")]
    [InlineData("{\"vmId\":\"{vm}\",{rest}} x")]
    [InlineData("{\"vmId\":\"not-a-uuid\",{rest}}")]
    public Task Case11_a_document_that_two_readers_could_read_differently_is_refused(string template) =>
        Refused(Reasons.CredentialMalformed, (plane, key) =>
        {
            JsonObject content = AzureCloud.Content(
                Onboarding.Api.Proofs.Statements.PlatformNonce(plane.Challenge.Span, plane.Uid, key.Public.Thumbprint), DateTimeOffset.UtcNow);
            content.Remove("vmId");
            string rest = content.ToJsonString()[1..^1];
            string document = template.Replace("{vm}", AzureCloud.VmId, StringComparison.Ordinal).Replace("{rest}", rest, StringComparison.Ordinal);
            return PlatformCredentials.Azure(Platforms.Azure.Sign(document), [Platforms.Azure.Issuing.Certificate]);
        });

    [Fact]
    public async Task Case29_a_managed_identitys_token_serves_one_machine()
    {
        string token = Platforms.Azure.Tokens.Sign(AzureCloud.Claims(DateTimeOffset.UtcNow));
        await Platforms.AdmitAsync((plane, key) => Document(plane, key, "00000000-0000-4000-8000-00000000000a", token));

        await Platforms.RefuseAsync(Reasons.CredentialReplayed, (plane, key) => Document(plane, key, "00000000-0000-4000-8000-00000000000b", token));
    }

    private Google.Protobuf.WellKnownTypes.Any Document(Onboarding.Api.Rpc.Plane plane, TestAgentKey key, string vm, string token)
    {
        JsonObject content = AzureCloud.Content(
            Onboarding.Api.Proofs.Statements.PlatformNonce(plane.Challenge.Span, plane.Uid, key.Public.Thumbprint), DateTimeOffset.UtcNow);
        content["vmId"] = vm;
        return PlatformCredentials.Azure(Platforms.Azure.Sign(content), [Platforms.Azure.Issuing.Certificate], token);
    }

    private Task Content(string reason, Action<JsonObject> change) =>
        Refused(reason, (plane, key) => PlatformCredentials.Azure(Platforms.Azure, plane, key, change));
}
