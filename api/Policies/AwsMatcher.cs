using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>
/// Matches identities proved by AWS: AND across fields, OR across values, empty lists match any. At most one of
/// <see cref="Ec2"/> and <see cref="Ecs"/> is set.
/// </summary>
public sealed record AwsMatcher
{
    /// <summary>Partitions, e.g. <c>aws</c>.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

    /// <summary>Accounts; at least one in <c>allow</c>: "any account" can't be said.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>Regions.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Availability zones.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>EC2 instances.</summary>
    public Ec2Matcher? Ec2 { get; init; }

    /// <summary>ECS tasks.</summary>
    public EcsMatcher? Ecs { get; init; }

    internal static AwsMatcher Read(MapReader reader, bool bounded)
    {
        reader.OneOf(required: false, "ec2", "ecs");
        if (bounded && !reader.Has("ec2") && !reader.Has("ecs"))
        {
            reader.WarnHere("says neither ec2 nor ecs: it matches every kind of workload of these accounts");
        }

        return new AwsMatcher
        {
            Partitions = reader.Texts("partitions", Checks.NotEmpty),
            Accounts = reader.Texts("accounts", Checks.AwsAccount, required: bounded),
            Regions = reader.Texts("regions", Checks.NotEmpty),
            Zones = reader.Texts("zones", Checks.NotEmpty),
            Ec2 = reader.Message("ec2", Ec2Matcher.Read),
            Ecs = reader.Message("ecs", EcsMatcher.Read),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("partitions", Partitions)
        .With("accounts", Accounts)
        .With("regions", Regions)
        .With("zones", Zones)
        .With("ec2", Ec2?.ToJson())
        .With("ecs", Ecs?.ToJson());
}
