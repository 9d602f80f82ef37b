namespace Onboarding.Api.Identity;

/// <summary>An ECS task.</summary>
public sealed record EcsTask
{
    /// <summary>Task id.</summary>
    public required string TaskId { get; init; }

    /// <summary>Cluster name.</summary>
    public required string Cluster { get; init; }

    /// <summary>Role of the task, if it has one.</summary>
    public IamRole? IamRole { get; init; }
}
