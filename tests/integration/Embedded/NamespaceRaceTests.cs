using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class NamespaceRaceTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    /// <summary>A create that is under way while its namespace is deleted either comes before, and goes with it, or is refused.</summary>
    [Fact]
    public async Task Nothing_outlives_its_namespace()
    {
        ApiClient client = fixture.Client;
        for (int round = 0; round < 10; round++)
        {
            string space = await fixture.NamespaceAsync();
            string path = $"/api/v1/namespaces/{space}/configmaps";
            Task<ApiAnswer>[] creates =
            [
                .. Enumerable.Range(0, 40).Select(i => client.PostAsync(path, $$"""{"metadata":{"name":"c{{i}}"} }""")),
            ];
            (await client.DeleteAsync($"/api/v1/namespaces/{space}")).Expect(200);
            foreach (ApiAnswer answer in await Task.WhenAll(creates))
            {
                answer.Code.ShouldBeOneOf(201, 403, 404);
                (answer.Code != 403 || answer["details", "causes", "0", "reason"] == "NamespaceTerminating").ShouldBeTrue(answer.Text);
            }

            await Testing.Eventually.Is(
                async () => (await client.GetAsync($"/api/v1/namespaces/{space}")).Code == 404, "the namespace is gone");
            (await client.GetAsync(path)).Expect(200).Json["items"]!.AsArray().ShouldBeEmpty();
            (await client.PostAsync(path, """{"metadata":{"name":"late"}}""")).Refused(404, "NotFound");
        }
    }
}
