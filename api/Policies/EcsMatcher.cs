using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches ECS tasks.</summary>
public sealed record EcsMatcher
{
    /// <summary>Clusters of which the task must run in one; empty matches any.</summary>
    public IReadOnlyList<string> Clusters { get; init; } = [];

    /// <summary>Roles of which the task must have one; empty matches any.</summary>
    public IReadOnlyList<string> IamRoleNames { get; init; } = [];

    internal static EcsMatcher Read(MapReader reader) => new()
    {
        Clusters = reader.Texts("clusters", Checks.NotEmpty),
        IamRoleNames = reader.Texts("iamRoleNames", Checks.NotEmpty),
    };

    internal JsonObject ToJson() => new JsonObject().With("clusters", Clusters).With("iamRoleNames", IamRoleNames);
}
