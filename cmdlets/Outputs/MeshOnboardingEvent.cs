using Onboarding.Fleet.Status;

namespace Onboarding.Cmdlets;

/// <summary>Something that the plane told of a workload or a group.</summary>
public sealed class MeshOnboardingEvent
{
    internal MeshOnboardingEvent(PlaneEventView view)
    {
        Time = view.Time;
        Namespace = view.Namespace;
        WorkloadGroup = view.Kind == "WorkloadGroup" ? view.About : null;
        Name = view.Kind == "WorkloadGroup" ? null : view.About;
        Instance = view.Instance;
        Identity = MeshIdentity.Parse(view.IdentityJson);
        Type = view.Type;
        Event = view.Event;
        Reason = view.Reason;
        Message = view.Message;
        Count = view.Count;
        CorrelationIds = new FlatList<string>(view.CorrelationIds);
        CorrelationId = view.CorrelationIds.Count > 0 ? view.CorrelationIds[0] : null;
    }

    /// <summary>When it happened last.</summary>
    public DateTimeOffset? Time { get; }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>The group that it is about; null if it is about a workload.</summary>
    public string? WorkloadGroup { get; }

    /// <summary>The registration that it is about; null if it is about a group.</summary>
    public string? Name { get; }

    /// <summary>The machine: its registration's name without the group.</summary>
    public string? Instance { get; }

    /// <summary>Who it was proved to be.</summary>
    public MeshIdentity? Identity { get; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string Type { get; }

    /// <summary>What happened, e.g. <c>OnboardingRefused</c>.</summary>
    public string Event { get; }

    /// <summary>Error id of a refusal.</summary>
    public string? Reason { get; }

    /// <summary>What happened, for people.</summary>
    public string Message { get; }

    /// <summary>How often.</summary>
    public int? Count { get; }

    /// <summary>Finds the plane's decision.</summary>
    public string? CorrelationId { get; }

    /// <summary>All ids that are known, the newest first.</summary>
    public FlatList<string> CorrelationIds { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Event} {Namespace}/{WorkloadGroup ?? Name} {Instance}";
}
