using Onboarding.Api.Authorization;
using Onboarding.Api.Identity;

namespace Onboarding.Endpoint.Authorization;

/// <summary>
/// The conditions that a matcher puts on an identity, one by one: AND across them, OR across the values of each, an empty list
/// asks for nothing (reference section 6). Deciding and explaining both go through here, so they can't disagree.
/// </summary>
internal static class IdentityConditions
{
    /// <summary>Checks the conditions in order; lazily, so that deciding stops at the first that fails.</summary>
    public static IEnumerable<ConditionResult> Check(WorkloadIdentityMatcher matcher, WorkloadIdentity identity)
    {
        if (matcher.Jwt is { } jwt)
        {
            return identity.Jwt is { } actual ? CheckJwt(jwt, actual) : [Platform("jwt", identity)];
        }

        if (matcher.Aws is { } aws)
        {
            return identity.Aws is { } actual ? CheckAws(aws, actual) : [Platform("aws", identity)];
        }

        // A matcher of a kind this version doesn't know: the default is no.
        return [new ConditionResult("platform", false, "one this plane knows", Name(identity))];
    }

    private static IEnumerable<ConditionResult> CheckJwt(JwtMatcher matcher, JwtIdentity identity)
    {
        yield return new ConditionResult("jwt.issuer", matcher.Issuer == identity.Issuer, Quote(matcher.Issuer ?? ""), Quote(identity.Issuer));
        if (matcher.Subjects.Count > 0)
        {
            yield return OneOf("jwt.subjects", matcher.Subjects, identity.Subject);
        }

        foreach (AttributeMatcher attribute in matcher.Attributes)
        {
            string kind = $"jwt.attributes[{attribute.Name}]";
            bool present = identity.Attributes.TryGetValue(attribute.Name, out string? value);
            yield return attribute.Values.Count > 0
                ? OneOf(kind, attribute.Values, present ? value : null)
                : new ConditionResult(kind, present, "present", present ? Quote(value!) : "absent");
        }
    }

    private static IEnumerable<ConditionResult> CheckAws(AwsMatcher matcher, AwsIdentity identity)
    {
        // Not skipped when empty: "any account" can't be said, so an empty list admits nobody.
        yield return OneOf("aws.accounts", matcher.Accounts, identity.Account);
        foreach ((string kind, IReadOnlyList<string> values, string actual) in new[]
        {
            ("aws.partitions", matcher.Partitions, identity.Partition),
            ("aws.regions", matcher.Regions, identity.Region),
            ("aws.zones", matcher.Zones, identity.Zone),
        })
        {
            if (values.Count > 0)
            {
                yield return OneOf(kind, values, actual);
            }
        }

        foreach (ConditionResult result in CheckKind(matcher, identity))
        {
            yield return result;
        }
    }

    // An ec2 matcher doesn't admit ECS tasks and the other way round; without either, both are admitted.
    private static IEnumerable<ConditionResult> CheckKind(AwsMatcher matcher, AwsIdentity identity)
    {
        if (matcher.Ec2 is { } ec2)
        {
            yield return new ConditionResult("aws.ec2", identity.Ec2 is not null, "an EC2 instance", "something else");
            if (ec2.IamRoleNames.Count > 0)
            {
                yield return OneOf("aws.ec2.iamRoleNames", ec2.IamRoleNames, identity.Ec2?.IamRole?.Name);
            }
        }

        if (matcher.Ecs is { } ecs)
        {
            yield return new ConditionResult("aws.ecs", identity.Ecs is not null, "an ECS task", "something else");
            if (ecs.Clusters.Count > 0)
            {
                yield return OneOf("aws.ecs.clusters", ecs.Clusters, identity.Ecs?.Cluster);
            }

            if (ecs.IamRoleNames.Count > 0)
            {
                yield return OneOf("aws.ecs.iamRoleNames", ecs.IamRoleNames, identity.Ecs?.IamRole?.Name);
            }
        }
    }

    private static ConditionResult OneOf(string kind, IReadOnlyList<string> values, string? actual) => new(
        kind,
        actual is not null && values.Contains(actual),
        values.Count == 1 ? Quote(values[0]) : $"one of {string.Join(", ", values.Select(Quote))}",
        actual is null ? "absent" : Quote(actual));

    private static ConditionResult Platform(string expected, WorkloadIdentity identity) => new("platform", false, expected, Name(identity));

    private static string Name(WorkloadIdentity identity) => identity.Jwt is not null ? "jwt" : identity.Aws is not null ? "aws" : "none";

    private static string Quote(string text) => $"\"{text}\"";
}
