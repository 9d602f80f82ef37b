using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches EC2 instances.</summary>
public sealed record Ec2Matcher
{
    /// <summary>Roles of which the instance must have one; empty matches any, also instances without a role.</summary>
    public IReadOnlyList<string> IamRoleNames { get; init; } = [];

    internal static Ec2Matcher Read(MapReader reader) => new() { IamRoleNames = reader.Texts("iamRoleNames", Checks.NotEmpty) };

    internal JsonObject ToJson() => new JsonObject().With("iamRoleNames", IamRoleNames);
}
