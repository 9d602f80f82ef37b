namespace Onboarding.Api.Meta;

/// <summary>One observation of an object's state (<c>metav1.Condition</c>).</summary>
public sealed record V1Condition
{
    /// <summary>What is observed, CamelCase, e.g. <c>AgentConnected</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why, CamelCase, for programs.</summary>
    public string? Reason { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Message { get; init; }

    /// <summary>When <see cref="Status"/> last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary><c>metadata.generation</c> the observation was made at.</summary>
    public long? ObservedGeneration { get; init; }
}
