using System.Text.Json.Nodes;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>A watcher that doesn't keep up costs no one else anything: not the writers, and not the server's memory.</summary>
public sealed class SlowWatcherTests : IAsyncLifetime
{
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private const int History = 100;

    // Far more than the history and than what networks hold on the way.
    private const int Writes = 1_500;
    private static readonly string Payload = new('x', 16 * 1024);
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private EmbeddedControlPlane _plane = null!;
    private ApiClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = _directory["plane"],
            ApiPort = 0,
            IstiodPort = 0,
            WatchHistory = History,
            LoggerFactory = _log,
        });
        _client = new ApiClient(_plane.KubeconfigPath);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _plane.DisposeAsync();
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_watcher_that_does_not_read_is_cut_off_and_finds_its_version_expired()
    {
        using var slow = new ApiClient(_plane.KubeconfigPath);
        string start = (await _client.GetAsync(Path))["metadata", "resourceVersion"]!;
        await using IAsyncEnumerator<JsonObject> watch = slow.WatchAsync($"{Path}?watch=true&resourceVersion={start}").GetAsyncEnumerator();
        await WriteAsync("first");
        (await watch.MoveNextAsync()).ShouldBeTrue();

        await WriteAllAsync();

        int seen = 1;
        string last = start;
        await Should.ThrowAsync<IOException>(async () =>
        {
            while (await watch.MoveNextAsync())
            {
                seen++;
                last = watch.Current["object"]!["metadata"]!["resourceVersion"]!.ToString();
            }
        });
        seen.ShouldBeLessThan(Writes, "most was never held for it");
        await using IAsyncEnumerator<JsonObject> again = slow.WatchAsync($"{Path}?watch=true&resourceVersion={last}").GetAsyncEnumerator();
        (await again.MoveNextAsync()).ShouldBeTrue();
        again.Current["type"]!.ToString().ShouldBe("ERROR");
        again.Current["object"]!["code"]!.GetValue<int>().ShouldBe(410);
        again.Current["object"]!["reason"]!.ToString().ShouldBe("Expired");
    }

    [Fact]
    public async Task Few_changes_that_weigh_much_cut_it_off_too()
    {
        await using EmbeddedControlPlane plane = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = _directory["other"],
            ApiPort = 0,
            IstiodPort = 0,
            LoggerFactory = _log,
        });
        using var writer = new ApiClient(plane.KubeconfigPath);
        using var slow = new ApiClient(plane.KubeconfigPath);
        string start = (await writer.GetAsync(Path))["metadata", "resourceVersion"]!;
        await using IAsyncEnumerator<JsonObject> watch = slow.WatchAsync($"{Path}?watch=true&resourceVersion={start}").GetAsyncEnumerator();
        string large = new('x', 1_000_000);
        const int Most = 90;
        for (int i = 0; i < Most; i++)
        {
            ApiAnswer answer = await writer.ApplyAsync(
                $"{Path}/large", "test", $$"""{"apiVersion":"v1","kind":"ConfigMap","data":{"i":"{{i}}","payload":"{{large}}"} }""");
            answer.Code.ShouldBeOneOf(200, 201);
            if (i == 0)
            {
                (await watch.MoveNextAsync()).ShouldBeTrue();
            }
        }

        int seen = 1;
        await Should.ThrowAsync<IOException>(async () =>
        {
            while (await watch.MoveNextAsync())
            {
                seen++;
            }
        });
        seen.ShouldBeLessThan(Most);
    }

    [Fact]
    public async Task An_informer_whose_handler_dawdles_has_everything_in_the_end()
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_plane.KubeconfigPath));
        var informer = new ResourceInformer<V1ConfigMap>(client, "default");
        using var mayGoOn = new ManualResetEventSlim();
        informer.Changed += _ => mayGoOn.Wait();
        using var stop = new CancellationTokenSource();
        Task run = Task.Run(() => informer.RunAsync(stop.Token));

        await WriteAllAsync();
        mayGoOn.Set();

        KubernetesList<V1ConfigMap> truth = await client.ListAsync<V1ConfigMap>("default");
        await Eventually.Is(() => Contents(informer.List()).SetEquals(Contents(truth.Items)), "the informer has what the server has");
        await stop.CancelAsync();
        await run;

        static HashSet<string> Contents(IEnumerable<V1ConfigMap> items) =>
            [.. items.Select(i => $"{i.Metadata.Name}@{i.Metadata.ResourceVersion}")];
    }

    private Task WriteAllAsync() => Parallel.ForAsync(
        0, 8, async (writer, _) =>
        {
            for (int i = 0; i < Writes / 8; i++)
            {
                await WriteAsync($"w{writer}", i);
            }
        });

    private async Task WriteAsync(string name, int i = 0) => (await _client.ApplyAsync(
        $"{Path}/{name}", "test", $$"""{"apiVersion":"v1","kind":"ConfigMap","data":{"i":"{{i}}","payload":"{{Payload}}"} }"""))
        .Code.ShouldBeOneOf(200, 201);
}
