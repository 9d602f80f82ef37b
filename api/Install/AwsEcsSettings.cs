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
