using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: authentication of ECS tasks.</summary>
public sealed record AwsEcsSettings
{
    private static readonly IReadOnlyList<string> Choices = ["Verified", "Reported"];

    /// <summary>Where cluster and zone of a task are known from; by default <see cref="EcsTaskDetails.Verified"/>.</summary>
    public EcsTaskDetails Details { get; init; }

    internal static AwsEcsSettings Read(MapReader reader) => new() { Details = (EcsTaskDetails)(reader.Choice("details", Choices) ?? 0) };

    internal JsonObject ToJson() => new JsonObject().With("details", Details == EcsTaskDetails.Verified ? null : Choices[(int)Details]);
}

/// <summary>Ours: where cluster and zone of an ECS task are known from.</summary>
public enum EcsTaskDetails
{
    /// <summary>AWS says so (ecs:DescribeTasks, signed by the task's role, which needs the permission).</summary>
    Verified = 0,

    /// <summary>The task says so: policies by cluster are then no stronger than the task's role.</summary>
    Reported = 1,
}
