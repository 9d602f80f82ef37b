using System.Collections.Concurrent;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>After whatever the network or the server does, an informer's store is the server's content, and no event is lost or doubled.</summary>
public sealed class InformerFaultTests : IAsyncLifetime
{
    private readonly ObjectServer _objects = new();
    private readonly ImpatientClock _clock = new();
    private readonly TestLog _log = new();
    private readonly ConcurrentQueue<string> _story = new();
    private readonly CancellationTokenSource _stop = new();
    private FakeApiServer _server = null!;
    private FaultProxy _proxy = null!;
    private KubernetesClient _client = null!;
    private ResourceInformer<V1ConfigMap> _informer = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync(_objects.HandleAsync);
        _proxy = new FaultProxy(_server.Address);
        _client = new KubernetesClient(
            new KubernetesClientConfiguration { Host = _proxy.Address },
            new KubernetesClientOptions { TimeProvider = _clock, LoggerFactory = _log });
        _informer = new ResourceInformer<V1ConfigMap>(_client, "ns");
        _informer.Changed += e => _story.Enqueue(
            $"{e.Type.ToString().ToUpperInvariant()} {e.Resource.Metadata.Name}@{e.Resource.Metadata.ResourceVersion}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _client.Dispose();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        _stop.Dispose();
        _log.Dispose();
    }

    [Theory]
    [InlineData("close")]
    [InlineData("reset")]
    [InlineData("truncate 1")]
    [InlineData("truncate 100")]
    [InlineData("truncate 500")]
    [InlineData("refuse")]
    [InlineData("429")]
    [InlineData("500")]
    [InlineData("503")]
    public async Task Nothing_is_lost_or_doubled_over(string fault)
    {
        await StartAsync();

        for (int round = 0; round < 3; round++)
        {
            _objects.Put("a", $"before {round}");
            Inflict(fault);
            _objects.Put("a", $"during {round}");
            _objects.Put($"b{round}");
            _objects.Remove(round == 0 ? "c" : $"b{round - 1}");
            await SettledAsync();
        }

        await ToldAsync(_objects.Story.Count);
        _story.ShouldBe(_objects.Story);
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_over_a_connection_that_stalls()
    {
        await StartAsync();
        int connections = _proxy.Accepted;

        _proxy.Stall();
        _objects.Put("a", "unheard");
        _objects.Remove("c");
        await Eventually.Is(
            () =>
            {
                _clock.Expire();
                return _proxy.Accepted > connections;
            },
            "the informer to give up the connection");

        await SettledAsync();
        await ToldAsync(_objects.Story.Count);
        _story.ShouldBe(_objects.Story);
    }

    [Theory]
    [InlineData("409")]
    [InlineData("410")]
    [InlineData("forget")]
    [InlineData("404")]
    public async Task A_watch_that_cannot_be_resumed_becomes_the_difference(string fault)
    {
        await StartAsync();
        int before = _story.Count;

        Inflict(fault);
        _objects.Put("a", "changed");
        _objects.Remove("c");
        _objects.Put("d");
        await SettledAsync();
        _objects.Put("e");
        await SettledAsync();

        await ToldAsync(_objects.Story.Count);

        // The order among the first three is the list's, and what happened twice in the meantime is one change.
        _story.Skip(before).Order().ShouldBe(_objects.Story.Skip(before).Order().Select(s => s.StartsWith("DELETED", StringComparison.Ordinal) ? "DELETED c@103" : s), fault);
    }

    [Fact]
    public async Task An_object_made_anew_while_nobody_watched_ends_and_begins()
    {
        await StartAsync();
        var uids = new ConcurrentQueue<string>();
        _informer.Changed += e => uids.Enqueue($"{e.Type} {e.Resource.Metadata.Uid}");

        Inflict("refuse");
        _objects.Remove("a");
        _objects.Put("z");
        _objects.Forget();
        await SettledAsync();

        await Eventually.Is(() => uids.Contains("Deleted uid-a") && uids.Contains("Added uid-z"), "the end of one and the beginning of another");
    }

    [Fact]
    public async Task Losing_and_finding_the_server_is_told()
    {
        var states = new ConcurrentQueue<bool>();
        _informer.ConnectionChanged += states.Enqueue;
        await StartAsync();
        await Eventually.Is(() => _informer.IsConnected, "the informer to follow");

        _proxy.Refuses = true;
        _proxy.Reset();
        await Eventually.Is(() => !_informer.IsConnected, "the loss to be seen");
        _proxy.Refuses = false;
        await Eventually.Is(() => _informer.IsConnected, "the server to be found again");

        states.ShouldBe([true, false, true]);
        _informer.LastError.ShouldBeNull();
    }

    [Fact]
    public async Task An_informer_that_starts_before_its_server_waits_for_it()
    {
        _proxy.Refuses = true;
        _running = _informer.RunAsync(_stop.Token);
        await Eventually.Is(() => _informer.LastError is KubernetesException { IsUnreachable: true }, "the failure to be seen");
        _informer.HasSynced.IsCompleted.ShouldBeFalse();

        _objects.Put("a");
        _proxy.Refuses = false;
        await _informer.HasSynced;

        await SettledAsync();
        _log.Text.ShouldContain("Can't follow configmaps");
    }

    private async Task StartAsync()
    {
        _objects.Put("a");
        _objects.Put("b");
        _objects.Put("c");
        _running = _informer.RunAsync(_stop.Token);
        await _informer.HasSynced;
        await Eventually.Is(() => _informer.IsConnected, "the watch to stand");
    }

    private void Inflict(string fault)
    {
        int left = 2;
        switch (fault)
        {
            case "close":
                _proxy.Close();
                break;
            case "reset":
                _proxy.Reset();
                break;
            case "refuse":
                _proxy.Refuses = true;
                _proxy.Reset();
                _proxy.Refuses = false;
                break;
            case "forget":
                _objects.Forget();
                _proxy.Close();
                break;
            case not null when fault.StartsWith("truncate ", StringComparison.Ordinal):
                _proxy.Truncate(int.Parse(fault["truncate ".Length..]));
                break;
            default:
                _objects.Intercept = _ => Interlocked.Decrement(ref left) >= 0 ? Answers.Status(int.Parse(fault!), "Fault") : null;
                _proxy.Reset();
                break;
        }
    }

    // Handlers are told of a change after it is in the store.
    private Task ToldAsync(int changes) => Eventually.Is(() => _story.Count >= changes, "the handlers to be told");

    private async Task SettledAsync()
    {
        await Eventually.Is(
            () => _objects.Content.SequenceEqual(
                _informer.List().Select(o => $"{o.Metadata.Name}@{o.Metadata.ResourceVersion}").Order(StringComparer.Ordinal)),
            $"the store to be the server's content: {string.Join(' ', _objects.Content)}; log: {_log.Text}");
        await Eventually.Is(() => _informer.IsConnected, "the watch to stand again");
    }
}
