using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Embedded;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class HistoryTests : IDisposable
{
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    [Fact]
    public async Task A_watch_resumes_over_ten_thousand_changes_and_an_older_one_has_expired()
    {
        const int Objects = 32;
        const int ChangesEach = 400;
        await using EmbeddedControlPlane plane = await StartAsync(10_000);
        using var client = new ApiClient(plane.KubeconfigPath);
        var versions = new ConcurrentBag<long>();
        await Parallel.ForAsync(0, Objects, new ParallelOptions { MaxDegreeOfParallelism = Objects }, async (i, _) =>
        {
            (await client.PostAsync(Path, $$"""{"metadata":{"name":"c{{i}}"} }""")).Expect(201);
            for (int change = 0; change < ChangesEach; change++)
            {
                ApiAnswer answer = await client.MergeAsync($"{Path}/c{i}", $$"""{"data":{"n":"{{change}}"} }""");
                versions.Add(Number(answer.Expect(200)["metadata", "resourceVersion"]!));
            }
        });

        long newest = versions.Max();
        long from = newest - 10_000;
        long[] expected = [.. versions.Where(v => v > from).Order()];
        var seen = new List<long>();
        await foreach (JsonObject change in client.WatchAsync($"{Path}?watch=true&resourceVersion={from}"))
        {
            change["type"]!.ToString().ShouldBe("MODIFIED");
            seen.Add(Number(change["object"]!["metadata"]!["resourceVersion"]!.ToString()));
            if (seen[^1] == newest)
            {
                break;
            }
        }

        seen.ShouldBe(expected);
        await ExpiredAsync(client, 1);
    }

    [Fact]
    public async Task Versions_rise_over_restarts_even_if_the_newest_change_was_a_deletion()
    {
        long before;
        await using (EmbeddedControlPlane plane = await StartAsync(5))
        {
            using var client = new ApiClient(plane.KubeconfigPath);
            for (int i = 0; i < 20; i++)
            {
                (await client.PostAsync(Path, $$"""{"metadata":{"name":"c{{i}}"} }""")).Expect(201);
            }

            for (int i = 0; i < 20; i++)
            {
                (await client.DeleteAsync($"{Path}/c{i}")).Expect(200);
            }

            before = Number((await client.GetAsync(Path))["metadata", "resourceVersion"]!);
        }

        await using EmbeddedControlPlane again = await StartAsync(5);
        using var later = new ApiClient(again.KubeconfigPath);
        Number((await later.GetAsync(Path))["metadata", "resourceVersion"]!).ShouldBeGreaterThanOrEqualTo(before);
        ApiAnswer made = (await later.PostAsync(Path, """{"metadata":{"name":"new"}}""")).Expect(201);
        Number(made["metadata", "resourceVersion"]!).ShouldBeGreaterThan(before);
        await ExpiredAsync(later, 1);
    }

    [Fact]
    public async Task A_watch_that_was_interrupted_by_a_restart_goes_on_where_it_was()
    {
        long from;
        await using (EmbeddedControlPlane plane = await StartAsync(100))
        {
            using var client = new ApiClient(plane.KubeconfigPath);
            from = Number((await client.GetAsync(Path))["metadata", "resourceVersion"]!);
            (await client.PostAsync(Path, """{"metadata":{"name":"a"}}""")).Expect(201);
            (await client.DeleteAsync($"{Path}/a")).Expect(200);
        }

        await using EmbeddedControlPlane again = await StartAsync(100);
        using var later = new ApiClient(again.KubeconfigPath);
        await using IAsyncEnumerator<JsonObject> events = later.WatchAsync($"{Path}?watch=true&resourceVersion={from}").GetAsyncEnumerator();
        foreach (string type in (string[])["ADDED", "DELETED"])
        {
            (await events.MoveNextAsync()).ShouldBeTrue();
            events.Current["type"]!.ToString().ShouldBe(type);
            events.Current["object"]!["metadata"]!["name"]!.ToString().ShouldBe("a");
        }
    }

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    private static async Task ExpiredAsync(ApiClient client, long version)
    {
        await using IAsyncEnumerator<JsonObject> events = client.WatchAsync($"{Path}?watch=true&resourceVersion={version}").GetAsyncEnumerator();
        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current["type"]!.ToString().ShouldBe("ERROR");
        events.Current["object"]!["code"]!.GetValue<int>().ShouldBe(410);
    }

    private static long Number(string version) => long.Parse(version, CultureInfo.InvariantCulture);

    private Task<EmbeddedControlPlane> StartAsync(int history) => EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
    {
        DataDirectory = _directory["plane"],
        ApiPort = 0,
        IstiodPort = 0,
        WatchHistory = history,
        LoggerFactory = _log,
    });
}
