using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Api.Runtime;
using Onboarding.Fleet.Planes;
using Onboarding.Fleet.Workloads;
using Onboarding.Kubernetes;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Engine;

/// <summary>Changes that carry the version they were decided on, by several people at once: none fails, and none undoes another's.</summary>
public sealed class ContentionTests : IAsyncLifetime
{
    private const int People = 6;
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Issuers_that_are_trusted_at_once_are_all_trusted()
    {
        string[] issuers = [.. Enumerable.Range(1, People).Select(i => $"https://idp-{i}.example")];

        await Task.WhenAll(issuers.Select((issuer, i) => new PlaneStore(_plane.Client).PutIssuerAsync(
            "istio-system", new JsonObject { ["issuer"] = issuer, ["shortName"] = $"idp-{i}", ["jwks"] = _plane.Issuer.Jwks }, default)));

        OnboardingPlane plane = await _plane.Client.GetAsync<OnboardingPlane>("istio-system", OnboardingPlane.DefaultName);
        string text = plane.ToJson().ToJsonString();
        issuers.ShouldAllBe(i => text.Contains(i, StringComparison.Ordinal));
        text.ShouldContain(_plane.Issuer.Name);
    }

    [Fact]
    public async Task Marks_that_are_taken_away_at_once_are_all_gone()
    {
        TestAgent agent = _plane.Agent("host-1");
        await agent.AdmitAsync();
        WorkloadKeyBinding binding = (await _plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items.Single();
        await _plane.Client.PatchAsync<WorkloadKeyBinding>("istio-system", binding.Metadata.Name, V1Patch.Merge(new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [WellKnownAnnotations.StayOut] = Marks() } },
        }));

        bool[] found = await Task.WhenAll(Enumerable.Range(1, People).Select(i => new Eviction(_plane.Client, TimeProvider.System).LetBackAsync("bookinfo", $"w{i}", default)));

        found.ShouldAllBe(f => f);
        (await _plane.Client.GetAsync<WorkloadKeyBinding>("istio-system", binding.Metadata.Name)).Metadata.Annotations
            .GetValueOrDefault(WellKnownAnnotations.StayOut).ShouldBeNull();
    }

    private static string Marks() => new JsonObject([.. Enumerable.Range(1, People).Select(i => KeyValuePair.Create($"bookinfo/w{i}", (JsonNode?)"left"))]).ToJsonString();
}
