using System.Text.Json.Nodes;
using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Authorization;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>Policies and workloads to try them on.</summary>
internal static class TestPolicies
{
    public const string AnyGroup = """[{"workloadGroupSelector": {}}]""";
    public const string Corp = """{"jwt": {"issuer": "https://id.corp.example"}}""";

    public static DateTimeOffset Now { get; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static WorkloadIdentity Host { get; } = Jwt("host-1", ("role", "ratings"), ("site", "north"));

    public static WorkloadIdentity Ec2 { get; } = Aws(ec2: new Ec2Instance { InstanceId = "i-1", IamRole = new IamRole("web") });

    public static WorkloadIdentity Ecs { get; } = Aws(ecs: new EcsTask { TaskId = "t-1", Cluster = "blue", IamRole = new IamRole("task") });

    public static IReadOnlyDictionary<string, string> Ratings { get; } = new Dictionary<string, string> { ["app"] = "ratings", ["tier"] = "back" };

    public static AdmissionQuestion Question(WorkloadIdentity identity, IReadOnlyDictionary<string, string>? group) =>
        new() { Identity = identity, GroupLabels = group, Now = Now };

    public static AdmissionAnswer Decide(IEnumerable<OnboardingPolicy> policies, WorkloadIdentity identity, IReadOnlyDictionary<string, string>? group) =>
        PolicySet.Compile(policies).Decide(Question(identity, group));

    public static PolicyExplanation Explain(IEnumerable<OnboardingPolicy> policies, WorkloadIdentity identity, IReadOnlyDictionary<string, string>? group) =>
        PolicySet.Compile(policies).Explain(Question(identity, group));

    public static WorkloadIdentity Jwt(string subject, params (string Name, string Value)[] attributes) => new()
    {
        Jwt = new JwtIdentity
        {
            Issuer = "https://id.corp.example",
            Subject = subject,
            Attributes = attributes.ToDictionary(a => a.Name, a => a.Value),
        },
    };

    public static WorkloadIdentity Identity(string json) => WorkloadIdentity.FromJson(JsonNode.Parse(json)!.AsObject()).Value!;

    public static string Rule(string workloads, string groups = AnyGroup, string constraints = "") =>
        $$"""{"workloads": [{{workloads}}], "onboardTo": {{groups}}{{(constraints.Length == 0 ? "" : $", {constraints}")}} }""";

    public static OnboardingPolicy Policy(string name, params string[] rules) => FromSpec(name, $$"""{"allow": [{{string.Join(", ", rules)}}]}""");

    public static OnboardingPolicy Denying(string name, params string[] rules) => FromSpec(name, $$"""{"deny": [{{string.Join(", ", rules)}}]}""");

    public static OnboardingPolicy FromSpec(string name, string spec) => OnboardingPolicy.FromJson(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "bookinfo" },
        ["spec"] = JsonNode.Parse(spec),
    });

    private static WorkloadIdentity Aws(Ec2Instance? ec2 = null, EcsTask? ecs = null) => new()
    {
        Aws = new AwsIdentity
        {
            Partition = "aws",
            Account = "111122223333",
            Region = "us-east-2",
            Zone = "us-east-2a",
            Ec2 = ec2,
            Ecs = ecs,
        },
    };
}
