using System.Text.Json.Nodes;
using Onboarding.Api.Runtime;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Platforms;

public sealed class AzureTests
{
    [Fact]
    public async Task A_virtual_machine_joins_by_its_attested_document_and_its_managed_identity()
    {
        using var cloud = new AzureCloud();
        byte[] issuing = cloud.Issuing.Certificate.RawData;
        await using LoopbackServer web = await LoopbackServer.StartAsync(http => http.Response.Body.WriteAsync(issuing).AsTask());
        using IssuedCertificate signer = cloud.Issue("westeurope.metadata.azure.com", $"http://localhost:{web.Port}/issuing.crt");
        await using FakeAzureMetadata metadata = await FakeAzureMetadata.StartAsync(cloud, signer);
        var authentication = new JsonObject
        {
            ["azure"] = new JsonObject
            {
                ["tenants"] = new JsonArray(new JsonObject
                {
                    ["tenantId"] = AzureCloud.Tenant,
                    ["subscriptions"] = new JsonArray(AzureCloud.Subscription),
                    ["jwks"] = cloud.Tokens.Jwks(),
                }),
                ["audience"] = AzureCloud.Audience,
                ["roots"] = cloud.Root.Pem,
                ["intermediateHosts"] = new JsonArray($"localhost:{web.Port}"),
            },
        };
        await using CloudMesh mesh = await CloudMesh.StartAsync(
            authentication.ToJsonString(),
            $$$"""{"azure": {"subscriptions": ["{{{AzureCloud.Subscription}}}"], "resourceGroups": ["SHOP"], "compute": {"managedIdentities": ["system"]} } }""",
            "--allow-loopback-issuers");

        await mesh.StartAgentAsync(
            $"{{custom: {{credential: [{{azure: {{resource: \"{AzureCloud.Audience}\"}}}}]}}}}", $"AZURE_IMDS_ENDPOINT={metadata.Url}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.Azure!.Compute!.InstanceId.ShouldBe(AzureCloud.VmId);
        member.Spec.Identity.Azure.ResourceGroup.ShouldBe("shop");
        web.Requests.ShouldContain("GET /issuing.crt", "the document brings its signer's certificate alone");
    }
}
