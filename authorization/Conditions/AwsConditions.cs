using Onboarding.Api.Policies;
using static Onboarding.Authorization.Conditions.MatcherConditions;

namespace Onboarding.Authorization.Conditions;

/// <summary>The conditions of a matcher for AWS.</summary>
internal static class AwsConditions
{
    public static IEnumerable<Condition> Compile(AwsMatcher matcher, bool bounded) =>
    [
        // Not skipped when empty: "any account" can't be said in allow.
        .. OneOf("aws.accounts", matcher.Accounts, i => i.Aws?.Account, bounded),
        .. OneOf("aws.partitions", matcher.Partitions, i => i.Aws?.Partition),
        .. OneOf("aws.regions", matcher.Regions, i => i.Aws?.Region),
        .. OneOf("aws.zones", matcher.Zones, i => i.Aws?.Zone),
        .. matcher.Ec2 is { } ec2 ? Ec2(ec2) : [],
        .. matcher.Ecs is { } ecs ? Ecs(ecs) : [],
    ];

    // An ec2 matcher doesn't admit ECS tasks and the other way round; without either, both are admitted.
    private static IEnumerable<Condition> Ec2(Ec2Matcher matcher) =>
    [
        new KindCondition("aws.ec2", "an EC2 instance", i => i.Aws?.Ec2 is not null, i => i.Aws?.Ecs is null ? "something else" : "an ECS task"),
        .. OneOf("aws.ec2.iamRoleNames", matcher.IamRoleNames, i => i.Aws?.Ec2?.IamRole?.Name),
    ];

    private static IEnumerable<Condition> Ecs(EcsMatcher matcher) =>
    [
        new KindCondition("aws.ecs", "an ECS task", i => i.Aws?.Ecs is not null, i => i.Aws?.Ec2 is null ? "something else" : "an EC2 instance"),
        .. OneOf("aws.ecs.clusters", matcher.Clusters, i => i.Aws?.Ecs?.Cluster),
        .. OneOf("aws.ecs.iamRoleNames", matcher.IamRoleNames, i => i.Aws?.Ecs?.IamRole?.Name),
    ];
}
