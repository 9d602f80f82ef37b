using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Plane.Events;

/// <summary>
/// Writes Events: a series is one object, written at most once a minute, and all series together at most ten times a second.
/// A caller who asks in vain a thousand times a second costs the API server one write a minute.
/// </summary>
internal sealed partial class EventWriter(KubernetesClient client, TimeProvider time, ILogger<EventWriter> logger)
{
    private const int MostSeries = 10_000;
    private const int LongestMessage = 1024;
    private const int MostIds = 5;

    private static readonly TimeSpan WriteEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SeriesPause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Namespace, string Name), EventSeries> _series = new();
    private readonly ConcurrentQueue<(string Namespace, string Name)> _ready = new();
    private readonly Queue<((string Namespace, string Name) Key, DateTimeOffset Due)> _resting = new();

    /// <summary>How many series wait to be written.</summary>
    public int Waiting => _ready.Count;

    /// <summary>Takes an occurrence; it is written soon.</summary>
    public void Add(PlaneEvent occurrence)
    {
        if (occurrence.About.Namespace is not { } ns)
        {
            return;
        }

        // An identity, or what another program answered, may be in it; kubectl prints it as it is.
        occurrence = occurrence with
        {
            Message = ForeignText.Clean(occurrence.Message),
            Annotations = occurrence.Annotations.ToDictionary(a => a.Key, a => ForeignText.Clean(a.Value)),
        };
        (string, string) key = (ns, occurrence.Name);
        if (_series.TryGetValue(key, out EventSeries? series))
        {
            series.Add(occurrence, time.GetUtcNow());
            return;
        }

        if (_series.Count >= MostSeries)
        {
            // The audit log has it.
            LogFull(logger, occurrence.Reason, occurrence.CorrelationId);
            return;
        }

        EventSeries added = _series.GetOrAdd(key, _ => new EventSeries());
        added.Add(occurrence, time.GetUtcNow());
        _ready.Enqueue(key);
    }

    /// <summary>Writes until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(WriteEvery, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            while (_resting.TryPeek(out ((string, string) Key, DateTimeOffset Due) rested) && rested.Due <= time.GetUtcNow())
            {
                _ready.Enqueue(_resting.Dequeue().Key);
            }

            await WriteNextAsync(cancellationToken);
        }
    }

    private async Task WriteNextAsync(CancellationToken cancellationToken)
    {
        while (_ready.TryDequeue(out (string Namespace, string Name) key))
        {
            if (!_series.TryGetValue(key, out EventSeries? series))
            {
                continue;
            }

            if (series.Take() is not { } pending)
            {
                // Nothing new for a minute. An occurrence that comes at this moment would never be written; put it back.
                _series.TryRemove(key, out _);
                if (series.Take() is { } late && _series.TryAdd(key, series))
                {
                    series.Return(late);
                    _ready.Enqueue(key);
                }

                continue;
            }

            _resting.Enqueue((key, time.GetUtcNow() + SeriesPause));
            try
            {
                await WriteAsync(key, pending, cancellationToken);
            }
            catch (Exception e) when (e is KubernetesException or HttpRequestException or TimeoutException)
            {
                series.Return(pending);
                LogFailed(logger, pending.Latest.Reason, key.Namespace, e.Message);
            }

            return;
        }
    }

    private async Task WriteAsync((string Namespace, string Name) key, PendingEvent pending, CancellationToken cancellationToken)
    {
        CoreV1Event? existing = await client.TryGetAsync<CoreV1Event>(key.Namespace, key.Name, cancellationToken);
        if (existing is null)
        {
            try
            {
                await client.CreateAsync(Make(new CoreV1Event(), key, pending, 0, []), cancellationToken: cancellationToken);
                return;
            }
            catch (KubernetesException e) when (e.IsAlreadyExists)
            {
                existing = await client.GetAsync<CoreV1Event>(key.Namespace, key.Name, cancellationToken);
            }
        }

        await client.UpdateAsync(Make(existing, key, pending, existing.Count, IdsOf(existing)), cancellationToken: cancellationToken);
    }

    private static CoreV1Event Make(
        CoreV1Event existing, (string Namespace, string Name) key, PendingEvent pending, int before, IReadOnlyList<string> idsBefore)
    {
        PlaneEvent latest = pending.Latest;
        var ids = new JsonArray([.. pending.CorrelationIds.Concat(idsBefore).Distinct().Take(MostIds).Select(id => (JsonNode)id)]);
        var annotations = new Dictionary<string, string>(latest.Annotations) { [EventAnnotations.CorrelationIds] = ids.ToJsonString() };
        return existing with
        {
            Metadata = before == 0
                ? new V1ObjectMeta { Name = key.Name, Namespace = key.Namespace, Annotations = annotations }
                : existing.Metadata with { Annotations = annotations },
            InvolvedObject = latest.About,
            Type = latest.Type,
            Reason = latest.Reason,
            Message = latest.Message.Length > LongestMessage ? latest.Message[..LongestMessage] : latest.Message,
            Component = WellKnownLabels.PlaneManager,
            FirstTimestamp = before == 0 ? pending.First : existing.FirstTimestamp,
            LastTimestamp = pending.Last,
            Count = before + pending.Count,
        };
    }

    private static IReadOnlyList<string> IdsOf(CoreV1Event existing)
    {
        try
        {
            return JsonNode.Parse(existing.Metadata.Annotations.GetValueOrDefault(EventAnnotations.CorrelationIds, "[]")) is JsonArray ids
                ? [.. ids.OfType<JsonValue>().Where(id => id.GetValueKind() == JsonValueKind.String).Select(id => id.GetValue<string>())]
                : [];
        }
        catch (JsonException)
        {
            // Edited by hand.
            return [];
        }
    }

    [LoggerMessage(4510, LogLevel.Warning, "An Event {Reason} in namespace {Namespace} can't be written: {Problem} Trying again in a minute.")]
    private static partial void LogFailed(ILogger logger, string reason, string @namespace, string problem);

    [LoggerMessage(4511, LogLevel.Warning, "Too many different Events at once; {Reason} ({CorrelationId}) is in the audit log only")]
    private static partial void LogFull(ILogger logger, string reason, string correlationId);
}
