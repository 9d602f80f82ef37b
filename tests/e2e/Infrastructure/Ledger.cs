using System.Globalization;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.E2E.Infrastructure;

/// <summary>What writers were told: the least that must be there after a crash. Of a write without an answer nothing is known.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string? Content, string Version)> _acknowledged = [];
    private readonly Dictionary<string, string?> _sent = [];
    private readonly List<(string Name, string Version)> _history = [];

    /// <summary>Writes that were acknowledged.</summary>
    public int Count { get; private set; }

    /// <summary>The newest version that anybody was told.</summary>
    public long Newest { get; private set; }

    /// <summary>Notes what is about to be written; null for a deletion.</summary>
    public void Sends(string name, string? content)
    {
        lock (_lock)
        {
            _sent[name] = content;
        }
    }

    public void Acknowledges(V1ConfigMap value)
    {
        lock (_lock)
        {
            string version = value.Metadata.ResourceVersion!;
            _acknowledged[value.Metadata.Name] = (value.Data["n"], version);
            _history.Add((value.Metadata.Name, version));
            Newest = Math.Max(Newest, Number(version));
            Count++;
        }
    }

    public void AcknowledgesDeletion(string name)
    {
        lock (_lock)
        {
            _acknowledged[name] = (null, "");
            Count++;
        }
    }

    /// <summary>Everything acknowledged is there; what differs from it is the one write that was on its way.</summary>
    public void Check(IReadOnlyDictionary<string, V1ConfigMap> content)
    {
        foreach ((string name, (string? acknowledged, string version)) in _acknowledged)
        {
            V1ConfigMap? found = content.GetValueOrDefault(name);
            string? now = found?.Data["n"];
            if (now == acknowledged)
            {
                (found?.Metadata.ResourceVersion ?? "").ShouldBe(version, name);
                continue;
            }

            now.ShouldBe(_sent[name], $"{name}: the acknowledged '{acknowledged}' was followed by nothing but the write on its way");
        }
    }

    /// <summary>The history since a version tells each acknowledged change once, in order, or is known to be gone.</summary>
    public async Task CheckHistoryAsync(string from, CrashingCluster cluster)
    {
        V1ConfigMap end = await cluster.Client.CreateAsync(new V1ConfigMap
        {
            Metadata = new() { Namespace = CrashingCluster.Namespace, GenerateName = "end-" },
        });
        Number(end.Metadata.ResourceVersion!).ShouldBeGreaterThan(Newest, "versions rise over restarts");
        using var patience = new CancellationTokenSource(Eventually.Patience);
        var seen = new List<(string Name, string Version)>();
        await foreach (WatchEvent<V1ConfigMap> change in cluster.Client.WatchAsync<V1ConfigMap>(
            CrashingCluster.Namespace, new WatchOptions { ResourceVersion = from }, patience.Token))
        {
            seen.Add((change.Resource!.Metadata.Name, change.ResourceVersion));
            if (change.Resource.Metadata.Name == end.Metadata.Name)
            {
                break;
            }
        }

        long[] versions = [.. seen.Select(s => Number(s.Version))];
        versions.SequenceEqual(versions.Distinct().Order()).ShouldBeTrue("each once, in order");
        _history.Where(h => Number(h.Version) > Number(from)).Except(seen).ShouldBeEmpty();
    }

    private static long Number(string version) => long.Parse(version, CultureInfo.InvariantCulture);
}
