using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;

namespace Onboarding.Tests.E2E.Infrastructure;

/// <summary>The endpoint's executable with its embedded control plane, to be killed and started again on the same data.</summary>
internal sealed class CrashingCluster : IAsyncDisposable
{
    public const string Namespace = "default";
    private readonly Workspace _workspace = new();
    private readonly ConcurrentQueue<string> _log = new();
    private DemoPlane? _plane;
    private KubernetesClient? _client;

    public KubernetesClient Client => _client!;

    public async Task StartAsync()
    {
        _plane = await DemoPlane.StartAsync(_workspace, 0, _log.Enqueue, default);
        _client?.Dispose();
        _client = NewClient();
    }

    public async Task KillAsync()
    {
        _plane!.Process.Kill();
        await _plane.Process.WaitForExitAsync(default);
        await _plane.DisposeAsync();
        _plane = null;
    }

    public async Task<string> VersionAsync() => (await Client.ListAsync<V1ConfigMap>(Namespace)).ResourceVersion;

    public async Task<IReadOnlyDictionary<string, V1ConfigMap>> ContentAsync() =>
        (await Client.ListAsync<V1ConfigMap>(Namespace)).Items.ToDictionary(i => i.Metadata.Name);

    /// <summary>
    /// Creates an object, changes it five times, deletes every third one, and so on, each write noted before it is sent and when
    /// it is acknowledged; until the server is gone.
    /// </summary>
    public async Task WriteUntilKilledAsync(string writer, Ledger ledger)
    {
        using KubernetesClient client = NewClient();
        try
        {
            for (int i = 0; ; i++)
            {
                string name = $"{writer}-{i}";
                ledger.Sends(name, "0");
                ledger.Acknowledges(await client.CreateAsync(Map(name)));
                for (int change = 1; change <= 5; change++)
                {
                    ledger.Sends(name, $"{change}");
                    ledger.Acknowledges(await client.PatchAsync<V1ConfigMap>(
                        Namespace, name, V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["n"] = $"{change}" } })));
                }

                if (i % 3 == 0)
                {
                    ledger.Sends(name, null);
                    await client.DeleteAsync<V1ConfigMap>(Namespace, name);
                    ledger.AcknowledgesDeletion(name);
                }
            }
        }
        catch (KubernetesException e) when (e.IsUnreachable)
        {
            // Killed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }

        _workspace.Dispose();
    }

    private static V1ConfigMap Map(string name) => new()
    {
        Metadata = new() { Namespace = Namespace, Name = name },
        Data = new Dictionary<string, string> { ["n"] = "0" },
    };

    // A write is sent once: one that is sent again after the kill could find its own first attempt.
    private KubernetesClient NewClient() => new(
        KubernetesClientConfiguration.BuildConfigFromConfigFile(_plane!.Ready.Kubeconfig), new KubernetesClientOptions { MaxRetries = 1 });
}
