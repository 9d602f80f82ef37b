using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Client.Errors;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Fleet.Status;

/// <summary>What the plane told in Events.</summary>
/// <param name="kubernetes">The cluster.</param>
public sealed class PlaneEvents(KubernetesClient kubernetes)
{
    /// <summary>Those there are, the oldest first; then, if wanted, those that come.</summary>
    /// <param name="ns">Namespace; null for all.</param>
    /// <param name="follow">Go on with those that come, until it is cancelled.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<PlaneEventView> ReadAsync(string? ns, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        KubernetesList<CoreV1Event> list = await kubernetes.ListAsync<CoreV1Event>(ns, cancellationToken: cancellationToken);
        foreach (PlaneEventView view in list.Items.Select(Read).OfType<PlaneEventView>().OrderBy(v => v.Time))
        {
            yield return view;
        }

        if (!follow)
        {
            yield break;
        }

        var options = new WatchOptions { ResourceVersion = list.ResourceVersion };
        await foreach (WatchEvent<CoreV1Event> change in kubernetes.WatchAsync<CoreV1Event>(ns, options, cancellationToken))
        {
            if (change.Type is WatchEventType.Added or WatchEventType.Modified && change.Resource is { } told && Read(told) is { } view)
            {
                yield return view;
            }
        }
    }

    // What isn't as it should be is left out: anybody may write Events.
    private static PlaneEventView? Read(CoreV1Event source)
    {
        IReadOnlyDictionary<string, string> notes = source.Metadata.Annotations;
        if (!notes.ContainsKey(EventAnnotations.CorrelationIds) && !notes.ContainsKey(EventAnnotations.Identity))
        {
            return null;
        }

        return new PlaneEventView
        {
            Time = source.LastTimestamp ?? source.FirstTimestamp ?? source.Metadata.CreationTimestamp,
            Namespace = source.Metadata.Namespace ?? "",
            Kind = source.InvolvedObject.Kind ?? "",
            About = source.InvolvedObject.Name ?? "",
            Type = source.Type ?? "",
            Event = source.Reason ?? "",
            Reason = notes.GetValueOrDefault(EventAnnotations.Reason) is { Length: > 0 } code ? RefusalErrors.IdOf(code) : null,
            Instance = notes.GetValueOrDefault(EventAnnotations.Instance),
            IdentityJson = notes.GetValueOrDefault(EventAnnotations.Identity),
            Message = source.Message ?? "",
            Count = source.Count,
            CorrelationIds = Ids(notes.GetValueOrDefault(EventAnnotations.CorrelationIds)),
        };
    }

    private static string[] Ids(string? json)
    {
        try
        {
            return json is not null && JsonNode.Parse(json) is JsonArray ids ? [.. ids.OfType<JsonValue>().Select(i => i.ToString())] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}

/// <summary>Something that the plane told of a workload or a group.</summary>
public sealed record PlaneEventView
{
    /// <summary>When it happened last.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init => field = ForeignText.Clean(value); }

    /// <summary>Kind of what it is about.</summary>
    public required string Kind { get; init => field = ForeignText.Clean(value); }

    /// <summary>Name of what it is about.</summary>
    public required string About { get; init => field = ForeignText.Clean(value); }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public required string Type { get; init => field = ForeignText.Clean(value); }

    /// <summary>What happened, e.g. <c>OnboardingRefused</c>.</summary>
    public required string Event { get; init => field = ForeignText.Clean(value); }

    /// <summary>Error id of a refusal.</summary>
    public string? Reason { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>The machine.</summary>
    public string? Instance { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Who it was, as JSON.</summary>
    public string? IdentityJson { get; init; }

    /// <summary>What happened, for people.</summary>
    public required string Message { get; init => field = ForeignText.Clean(value); }

    /// <summary>How often.</summary>
    public int? Count { get; init; }

    /// <summary>The newest ids of calls.</summary>
    public IReadOnlyList<string> CorrelationIds { get; init => field = [.. value.Select(ForeignText.Clean)]; } = [];
}
