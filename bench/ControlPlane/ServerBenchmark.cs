using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Onboarding.Api.Runtime;
using Onboarding.Bench.Joins;
using Onboarding.Documents;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;

namespace Onboarding.Bench.ControlPlane;

/// <summary>Creates, lists and watches objects of one of our kinds on one server.</summary>
internal sealed class ServerBenchmark(KubernetesClient client, ControlPlaneBenchmarkOptions options)
{
    private const string Namespace = "bench";
    private const int Lists = 5;
    private const int WarmUp = 500;

    public async Task<ServerResult> RunAsync()
    {
        await PrepareAsync();
        await Measurement.TakeAsync("warm-up", new JoinBenchmarkOptions(WarmUp, options.Parallel), i => CreateAsync($"warm-up-{i}"));
        await client.ListAsync<WorkloadKeyBinding>(Namespace);
        Measurement creates = await Measurement.TakeAsync(
            "creates", new JoinBenchmarkOptions(options.Objects, options.Parallel), i => CreateAsync($"object-{i}"));
        return new ServerResult(creates, await ListAsync(), await WatchAsync());
    }

    private async Task PrepareAsync()
    {
        byte[] manifest = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "deploy", "crds", "workloadkeybindings.yaml"));
        JsonObject definition = ResourceReader.ReadManifest(manifest).Value!.Single();
        try
        {
            await client.CreateAsync(Definition.FromJson(definition));
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // Of an earlier run.
        }

        await client.CreateAsync(new V1Namespace { Metadata = new() { Name = Namespace } });
        await Eventually.Is(IsServedAsync, "the kind is served");
    }

    private async Task<bool> IsServedAsync()
    {
        try
        {
            await client.ListAsync<WorkloadKeyBinding>(Namespace);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private async Task<double> ListAsync()
    {
        double[] milliseconds = new double[Lists];
        for (int i = 0; i < Lists; i++)
        {
            long start = Stopwatch.GetTimestamp();
            int count = (await client.ListAsync<WorkloadKeyBinding>(Namespace)).Items.Count;
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (count < options.Objects)
            {
                throw new InvalidOperationException($"Created {options.Objects} objects, and {count} are listed.");
            }
        }

        return milliseconds.Order().ElementAt(Lists / 2);
    }

    private async Task<Measurement> WatchAsync()
    {
        string from = (await client.ListAsync<WorkloadKeyBinding>(Namespace)).ResourceVersion;
        var created = new ConcurrentDictionary<string, TaskCompletionSource<long>>();
        for (int i = 0; i < options.Events; i++)
        {
            created[$"event-{i}"] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        var latencies = new ConcurrentBag<double>();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        Task[] watchers = [.. Enumerable.Range(0, options.Watchers).Select(_ => FollowAsync(from, created, latencies, stop.Token))];
        await CreateAsync("first"); // every watch is open when it has seen this
        long start = Stopwatch.GetTimestamp();
        foreach ((string name, TaskCompletionSource<long> at) in created)
        {
            await CreateAsync(name);
            at.SetResult(Stopwatch.GetTimestamp());
        }

        await Task.WhenAll(watchers);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        return new Measurement("deliveries", elapsed, [.. latencies.Order()]);
    }

    private async Task FollowAsync(
        string from,
        ConcurrentDictionary<string, TaskCompletionSource<long>> created,
        ConcurrentBag<double> latencies,
        CancellationToken stop)
    {
        int seen = 0;
        await foreach (WatchEvent<WorkloadKeyBinding> change in client.WatchAsync<WorkloadKeyBinding>(
            Namespace, new WatchOptions { ResourceVersion = from }, stop))
        {
            long now = Stopwatch.GetTimestamp();
            if (created.TryGetValue(change.Resource!.Metadata.Name, out TaskCompletionSource<long>? at))
            {
                // A watcher may be told before the writer has its answer; that counts as at once.
                latencies.Add(at.Task.IsCompleted ? Stopwatch.GetElapsedTime(await at.Task, now).TotalMilliseconds : 0);
                if (++seen == options.Events)
                {
                    return;
                }
            }
        }
    }

    private Task<WorkloadKeyBinding> CreateAsync(string name) => client.CreateAsync(new WorkloadKeyBinding
    {
        Metadata = new() { Namespace = Namespace, Name = name },
        Spec = new WorkloadKeyBindingSpec
        {
            Identity = $"jwt https://id.example {name}",
            Jkt = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        },
    });
}

/// <summary>What was measured of one server.</summary>
/// <param name="Creates">Creates of objects.</param>
/// <param name="ListMilliseconds">Median time of a whole list, as an informer makes it: in pages of 500.</param>
/// <param name="Deliveries">Changes told to watchers; the time of each from the create's answer to the watcher.</param>
internal sealed record ServerResult(Measurement Creates, double ListMilliseconds, Measurement Deliveries);
