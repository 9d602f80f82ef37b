namespace Onboarding.Fleet.Workloads;

/// <summary>Which workloads are wanted; null is any.</summary>
public sealed record MemberQuery
{
    /// <summary>Namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Their WorkloadGroup.</summary>
    public string? Group { get; init; }

    /// <summary>A label selector on the labels of their WorkloadEntries, as kubectl takes it.</summary>
    public string? Selector { get; init; }

    /// <summary>True for names that are wanted.</summary>
    public Func<string, bool>? Name { get; init; }

    /// <summary>One of <see cref="MemberPhase"/>.</summary>
    public string? Phase { get; init; }

    /// <summary>Platform that proved who they are.</summary>
    public string? Platform { get; init; }

    /// <summary>Only those whose agent holds no session.</summary>
    public bool Stale { get; init; }
}
