using System.Collections.Concurrent;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>
/// ConfigMaps of a namespace, followed by an informer through a <see cref="FaultyProxy"/> and changed past it.
/// </summary>
internal sealed class Followed : IAsyncDisposable
{
    private readonly Stage _stage;
    private readonly FaultyProxy _proxy;
    private readonly KubernetesClient _client;
    private readonly ResourceInformer<V1ConfigMap> _informer;
    private readonly ConcurrentQueue<Step> _told = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Step> _happened = [];
    private Task _run = Task.CompletedTask;

    private Followed(Stage stage, FaultyProxy proxy)
    {
        _stage = stage;
        _proxy = proxy;
        // A watch that says nothing for so long counts as dead; the servers here send bookmarks less often.
        _client = new KubernetesClient(proxy.Access, new KubernetesClientOptions { WatchIdleTimeout = TimeSpan.FromSeconds(1) });
        _informer = new ResourceInformer<V1ConfigMap>(_client, stage.Namespace);
        _informer.Changed += change => _told.Enqueue(Step.FromEvent(change.Type, change.Resource));
    }

    /// <summary>What the informer told, object by object.</summary>
    public IReadOnlyList<Step> Told => ByObject(_told);

    /// <summary>What happened, object by object.</summary>
    public IReadOnlyList<Step> Happened => ByObject(_happened);

    public static async Task<Followed> StartAsync(Stage stage)
    {
        var followed = new Followed(stage, await FaultyProxy.StartAsync(stage.Server.Access));
        followed._run = followed._informer.RunAsync(followed._stop.Token);
        await followed._informer.HasSynced.WaitAsync(Eventually.Patience);
        foreach (V1ConfigMap first in followed._informer.List())
        {
            followed._happened.Add(Step.FromEvent(WatchEventType.Added, first));
        }

        await Eventually.Is(() => followed._proxy.Watches == 1, "the informer watches");
        return followed;
    }

    public void Inflict(string fault)
    {
        if (int.TryParse(fault, out int code))
        {
            _proxy.Refuse(code, 2);
        }
        else
        {
            _proxy.Break(Enum.Parse<Fault>(fault, ignoreCase: true));
        }
    }

    /// <summary>An object comes, changes twice and stays; another comes and goes.</summary>
    public async Task ChangeAsync(string name)
    {
        V1ConfigMap stays = Note(WatchEventType.Added, await _stage.ConfigMapAsync(name));
        V1ConfigMap goes = Note(WatchEventType.Added, await _stage.ConfigMapAsync($"{name}-brief"));
        for (int i = 0; i < 2; i++)
        {
            stays = Note(WatchEventType.Modified, await _stage.Client.UpdateAsync(
                stays with { Data = new Dictionary<string, string> { ["i"] = $"{i}" } }));
        }

        await _stage.Client.DeleteAsync<V1ConfigMap>(_stage.Namespace, goes.Metadata.Name);
        Note(WatchEventType.Deleted, goes);
    }

    /// <summary>Waits until the informer has what the server has, and follows it again.</summary>
    public async Task SettledAsync()
    {
        KubernetesList<V1ConfigMap> truth = await _stage.Client.ListAsync<V1ConfigMap>(_stage.Namespace);
        string[] expected = [.. Contents(truth.Items)];
        await Eventually.Is(
            () => _informer.IsConnected && Contents(_informer.List()).SequenceEqual(expected) && _proxy.Watches == 1,
            "the informer has what the server has and follows it");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _client.Dispose();
        await _proxy.DisposeAsync();
        _stop.Dispose();
    }

    private static string[] Contents(IEnumerable<V1ConfigMap> items) =>
        [.. items.Select(i => $"{i.Metadata.Name}@{i.Metadata.ResourceVersion}").Order(StringComparer.Ordinal)];

    // Changes of one object come in order; those of several may be told in any.
    private static List<Step> ByObject(IEnumerable<Step> steps) => [.. steps.OrderBy(s => s.Name, StringComparer.Ordinal)];

    private V1ConfigMap Note(WatchEventType type, V1ConfigMap value)
    {
        _happened.Add(Step.FromEvent(type, value));
        return value;
    }
}
