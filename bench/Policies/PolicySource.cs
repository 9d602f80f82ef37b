using System.Text.Json.Nodes;
using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Authorization;

namespace Onboarding.Bench.Policies;

/// <summary>Makes policies as people write them, and workloads to ask about.</summary>
internal static class PolicySource
{
    private const string Issuer = "https://id.corp.example";

    public static string Describe(PolicyShape shape) => shape switch
    {
        PolicyShape.OwnSubject => "a subject, a group",
        PolicyShape.OwnAttribute => "an attribute",
        _ => "a group",
    };

    public static IEnumerable<OnboardingPolicy> Make(PolicyShape shape, int count) => Enumerable.Range(0, count).Select(i => Policy(shape, i));

    public static OnboardingPolicy Policy(PolicyShape shape, int i)
    {
        string jwt = shape switch
        {
            PolicyShape.OwnSubject => $$"""{"issuer": "{{Issuer}}", "subjects": ["host-{{i}}"]}""",
            PolicyShape.OwnAttribute => $$"""{"issuer": "{{Issuer}}", "attributes": [{"name": "env", "values": ["prod"]}, {"name": "role", "values": ["role-{{i}}"]}]}""",
            _ => $$"""{"issuer": "{{Issuer}}", "attributes": [{"name": "env", "values": ["prod"]}]}""",
        };
        string selector = shape == PolicyShape.OwnAttribute ? "{}" : $$"""{"matchLabels": {"mesh": "bookinfo", "app": "app-{{i}}"} }""";
        return OnboardingPolicy.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"policy-{i:00000}", ["namespace"] = "bookinfo" },
            ["spec"] = JsonNode.Parse($$"""{"allow": [{"workloads": [{"jwt": {{jwt}} }], "onboardTo": [{"workloadGroupSelector": {{selector}} }]}]}"""),
        });
    }

    /// <summary>Workloads that are admitted and, in turn, ones that aren't by a hair.</summary>
    public static IEnumerable<AdmissionQuestion> Questions(PolicyShape shape, int count) =>
        Enumerable.Range(0, Math.Min(count, 500)).Select(i => (long)i * count / Math.Min(count, 500))
            .SelectMany(i => new[] { Question(i, i), Question(i, shape == PolicyShape.OwnGroup ? count + i : i, otherHost: shape != PolicyShape.OwnGroup) });

    private static AdmissionQuestion Question(long host, long group, bool otherHost = false)
    {
        string suffix = otherHost ? "x" : "";
        return new AdmissionQuestion
        {
            Identity = new WorkloadIdentity
            {
                Jwt = new JwtIdentity
                {
                    Issuer = Issuer,
                    Subject = $"host-{host}{suffix}",
                    Attributes = new Dictionary<string, string> { ["env"] = "prod", ["role"] = $"role-{host}{suffix}", ["site"] = "north" },
                },
            },
            GroupLabels = new Dictionary<string, string> { ["mesh"] = "bookinfo", ["app"] = $"app-{group}" },
            Now = DateTimeOffset.UnixEpoch,
        };
    }
}

/// <summary>In what the policies of a namespace differ.</summary>
internal enum PolicyShape
{
    /// <summary>In everything: each names its own subject and its own group.</summary>
    OwnSubject = 0,

    /// <summary>In an attribute of the token, after one that all have in common; all are about every group.</summary>
    OwnAttribute,

    /// <summary>In the group alone: everybody of one role may join, each policy opens one group.</summary>
    OwnGroup,
}
