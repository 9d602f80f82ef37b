using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Install;

/// <summary>What the OnboardingPlane says about platforms: read, written back, and every mistake found.</summary>
public sealed class PlatformSettingsTests
{
    [Fact]
    public void Settings_of_every_platform_are_written_back_as_they_were_read()
    {
        using CertificateAuthority authority = CertificateAuthority.Create();
        using var signer = new TokenSigner();
        JsonObject settings = new()
        {
            ["gcp"] = new JsonObject { ["projects"] = new JsonArray("shop-prod", "739419398126"), ["jwks"] = signer.Jwks(), ["maxInstanceAge"] = "1800s" },
            ["azure"] = new JsonObject
            {
                ["tenants"] = new JsonArray(new JsonObject
                {
                    ["tenantId"] = AzureCloud.Tenant,
                    ["subscriptions"] = new JsonArray(AzureCloud.Subscription),
                    ["jwksUri"] = "https://keys.corp.example/azure",
                }),
                ["audience"] = AzureCloud.Audience,
                ["signers"] = new JsonArray("metadata.azure.us"),
                ["roots"] = authority.Pem,
                ["intermediateHosts"] = new JsonArray("mirror.corp.example:8080"),
            },
            ["kubernetes"] = new JsonObject { ["namespaces"] = new JsonArray("legacy") },
            ["spiffe"] = new JsonObject { ["trustDomains"] = new JsonArray(new JsonObject { ["name"] = "corp.example", ["bundleUri"] = "https://spire.corp.example" }) },
            ["x509"] = new JsonObject
            {
                ["authorities"] = new JsonArray(new JsonObject { ["name"] = "corp", ["roots"] = authority.Pem, ["crlFile"] = "/etc/onboarding/corp.crl" }),
            },
            ["joinToken"] = new JsonObject(),
        };

        OnboardingPlane plane = Read(settings);

        plane.Problems.ShouldBeEmpty();
        JsonNode.DeepEquals(plane.ToJson()["spec"]!["workloads"]!["authentication"], settings).ShouldBeTrue(plane.ToJson().ToJsonString());
    }

    [Fact]
    public void An_empty_list_of_hosts_for_intermediates_means_none()
    {
        OnboardingPlane plane = Read((JsonObject)JsonNode.Parse($$$"""
            {"azure": {"tenants": [{"tenantId": "{{{AzureCloud.Tenant}}}", "subscriptions": ["{{{AzureCloud.Subscription}}}"]}], "intermediateHosts": []}}
            """)!);

        plane.Spec!.Workloads.Authentication.Azure!.IntermediateHosts.ShouldBeEmpty();
        OnboardingPlane.FromJson(plane.ToJson()).Spec!.Workloads.Authentication.Azure!.IntermediateHosts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"azure": {}}""", "azure.tenants")]
    [InlineData("""{"azure": {"tenants": [{"tenantId": "x", "subscriptions": []}]}}""", "azure.tenants[0].tenantId")]
    [InlineData("""{"azure": {"tenants": [{"tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47", "subscriptions": []}]}}""", "azure.tenants[0].subscriptions")]
    [InlineData("""{"gcp": {"jwks": "{}", "jwksUri": "https://x"}}""", "gcp.jwks")]
    [InlineData("""{"gcp": {"jwksUri": "http://x"}}""", "gcp.jwksUri")]
    [InlineData("""{"spiffe": {"trustDomains": []}}""", "spiffe.trustDomains")]
    [InlineData("""{"spiffe": {"trustDomains": [{"name": "spiffe://x", "bundleFile": "/b"}]}}""", "spiffe.trustDomains[0].name")]
    [InlineData("""{"spiffe": {"trustDomains": [{"name": "x"}]}}""", "spiffe.trustDomains[0]")]
    [InlineData("""{"spiffe": {"trustDomains": [{"name": "x", "bundleFile": "/b"}, {"name": "x", "bundleFile": "/c"}]}}""", "spiffe.trustDomains[1].name")]
    [InlineData("""{"x509": {"authorities": [{"name": "corp", "roots": "nonsense"}]}}""", "x509.authorities[0].roots")]
    [InlineData("""{"x509": {}}""", "x509.authorities")]
    [InlineData("""{"gcp": {"project": ["x"]}}""", "gcp.project")]
    [InlineData("""{"jointoken": {}}""", "jointoken")]
    public void A_mistake_is_found_where_it_is(string settings, string path)
    {
        OnboardingPlane plane = Read((JsonObject)JsonNode.Parse(settings)!);

        plane.Spec.ShouldBeNull();
        plane.Problems.ShouldContain(
            p => p.Path == "spec.workloads.authentication." + path, string.Join("; ", plane.Problems.Select(p => $"{p.Path}: {p.Message}")));
    }

    private static OnboardingPlane Read(JsonObject authentication) => OnboardingPlane.FromJson(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "onboarding-plane", ["namespace"] = "istio-system" },
        ["spec"] = new JsonObject { ["workloads"] = new JsonObject { ["authentication"] = authentication.DeepClone() } },
    });
}
