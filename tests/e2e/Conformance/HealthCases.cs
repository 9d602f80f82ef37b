using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

/// <summary>What a server says of itself.</summary>
[Collection(ConformanceSuite.Name)]
public sealed class HealthCases(ConformanceServers servers)
{
    [Theory, OnEmbedded, OnKubernetes]
    public async Task It_says_that_it_is_ready_and_by_which_checks(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        foreach (string path in (string[])["readyz", "livez", "healthz"])
        {
            (await stage.Raw.GetAsync($"/{path}")).Expect(200)["text"].ShouldBe("ok");
            string verbose = (await stage.Raw.GetAsync($"/{path}?verbose")).Expect(200)["text"]!;
            verbose.ShouldStartWith("[+]ping ok\n");
            verbose.ShouldEndWith($"{path} check passed\n");
            (await stage.Raw.GetAsync($"/{path}/ping")).Expect(200)["text"].ShouldBe("ok");
            (await stage.Raw.GetAsync($"/{path}/no-such-check")).Expect(404);
        }
    }
}
