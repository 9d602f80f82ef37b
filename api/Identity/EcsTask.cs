using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

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

    internal static EcsTask Read(MapReader reader) => new()
    {
        TaskId = reader.RequiredText("taskId"),
        Cluster = reader.RequiredText("cluster"),
        IamRole = reader.Message("iamRole", IamRole.Read),
    };

    internal JsonObject ToJson() =>
        new JsonObject().With("taskId", TaskId).With("cluster", Cluster).With("iamRole", IamRole?.ToJson());
}
