namespace Onboarding.Fleet.Status;

/// <summary>Which workloads and attempts are wanted; null is any.</summary>
public sealed record StatusQuery
{
    /// <summary>Namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>True for names of registrations, or instances, that are wanted.</summary>
    public Func<string, bool>? Name { get; init; }

    /// <summary>Their WorkloadGroup.</summary>
    public string? Group { get; init; }

    /// <summary>Only what was heard of after this.</summary>
    public DateTimeOffset? HeardAfter { get; init; }

    /// <summary>The refusal with this correlation id.</summary>
    public string? CorrelationId { get; init; }
}
