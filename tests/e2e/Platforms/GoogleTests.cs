using System.Text.Json.Nodes;
using Onboarding.Api.Runtime;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Platforms;

public sealed class GoogleTests
{
    [Fact]
    public async Task A_Compute_Engine_instance_joins_by_its_identity_token()
    {
        using var google = new TokenSigner();
        await using FakeGoogleMetadata metadata = await FakeGoogleMetadata.StartAsync(google);
        var authentication = new JsonObject { ["gcp"] = new JsonObject { ["jwks"] = google.Jwks() } };
        await using CloudMesh mesh = await CloudMesh.StartAsync(
            authentication.ToJsonString(),
            """{"gcp": {"projectIds": ["shop-prod"], "zones": ["europe-west4-b"], "gce": {"serviceAccounts": ["ratings@shop-prod.iam.gserviceaccount.com"]}}}""");

        await mesh.StartAgentAsync("{custom: {credential: [{gcp: {}}]}}", $"GCE_METADATA_HOST={metadata.Host}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.Gcp!.Gce!.InstanceId.ShouldBe("152986662232938449");
        member.Metadata.Name.ShouldContain("152986662232938449");
        // The others ask whether the machine is about to be taken.
        metadata.Requests.Where(r => r.Contains("/identity", StringComparison.Ordinal)).ShouldAllBe(r => r.Contains("format=full", StringComparison.Ordinal));
    }
}
