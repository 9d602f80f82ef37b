using System.Net;
using System.Text;
using Onboarding.Api.Policies;
using Onboarding.Authorization;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>
/// What people read when a workload was refused, word by word: each file in Golden has the policies, the question and the answer.
/// ONBOARDING_UPDATE_GOLDEN=1 writes the files again, to be looked at before they are committed.
/// </summary>
public sealed class ExplanationTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "unit", "Authorization", "Golden");

    private static readonly OnboardingPolicy Web = Policy("web", Rule(
        """{"aws": {"accounts": ["111122223333"], "ec2": {"iamRoleNames": ["web"]}}}""",
        """[{"workloadGroupSelector": {"matchLabels": {"app": "ratings"}}}]"""));

    public static TheoryData<string> Cases => [.. All.Keys];

    private static Dictionary<string, (OnboardingPolicy[] Policies, AdmissionQuestion Question)> All { get; } = new()
    {
        ["allowed"] = ([Web, Policy("corp", Rule(Corp))], Question(Host, Ratings) with { Address = IPAddress.Parse("10.0.0.1"), Labels = new Dictionary<string, string> { ["version"] = "v1" } }),
        ["wrong-role"] = ([Policy("corp", Rule(Corp)), Policy("web", Rule("""{"aws": {"accounts": ["111122223333"], "ec2": {"iamRoleNames": ["web-old"]}}}"""))], Question(Ec2, Ratings)),
        ["wrong-attribute"] = ([Policy("joiners", Rule("""{"jwt": {"issuer": "https://id.corp.example", "subjects": ["host-1"], "attributes": [{"name": "site", "values": ["south", "east"]}, {"name": "team"}]}}"""))], Question(Host, Ratings)),
        ["ecs-task-at-a-rule-for-ec2"] = ([Web], Question(Ecs, Ratings)),
        ["another-platform"] = ([Web], Question(Host, Ratings)),
        ["another-group"] = ([Web], Question(Ec2, new Dictionary<string, string> { ["app"] = "reviews" })),
        ["no-such-group"] = ([Web], Question(Ec2, null)),
        ["no-policy"] = ([], Question(Host, Ratings)),
        ["denied"] = ([Policy("a", Rule(Corp)), Denying("keep-out", """{"workloads": [{"aws": {}}]}""", """{"workloads": [{"jwt": {"subjects": ["host-1", "host-2"]}}]}""")], Question(Host, Ratings)),
        ["denied-platform"] = ([Denying("no-tokens", """{"workloads": [{"jwt": {}}]}""")], Question(Host, Ratings)),
        ["closed-by-a-broken-deny"] = ([Policy("a", Rule(Corp)), FromSpec("z", """{"deny": [{"workloads": [{"jwt": {"subject": ["host-1"]}}]}]}""")], Question(Host, Ratings)),
        ["broken-allow"] = ([FromSpec("a", """{"allow": [{"workloads": [{"jwt": {}}], "onboardTo": []}]}"""), Web], Question(Host, Ratings)),
        ["expired-rule"] = ([Policy("p", Rule(Corp, constraints: "\"notAfter\": \"2026-05-01T00:00:00Z\""))], Question(Host, Ratings)),
        ["address-outside"] = ([Policy("p", Rule(Corp, constraints: "\"addressCidrs\": [\"10.0.0.0/8\", \"fd00::/8\"]"))], Question(Host, Ratings) with { Address = IPAddress.Parse("192.168.0.7") }),
        ["protected-label"] = ([Policy("p", Rule(Corp))], Question(Host, Ratings) with { Labels = new Dictionary<string, string> { ["topology.istio.io/network"] = "net-2", ["version"] = "v1" } }),
        ["label-not-listed"] = ([Policy("p", Rule(Corp, constraints: "\"labels\": [{\"key\": \"version\", \"values\": [\"v1\", \"v2\"]}]"))], Question(Host, Ratings) with { Labels = new Dictionary<string, string> { ["color"] = "red", ["version"] = "v3" } }),
        ["no-place-left"] = ([Policy("p", Rule(Corp, constraints: "\"maxMembers\": 2"))], Question(Host, Ratings) with { MembersBefore = () => [new PolicyMember(Jwt("a"), Ratings), new PolicyMember(Jwt("b"), Ratings)] }),
        ["many-rules"] = ([.. Enumerable.Range(1, 30).Select(i => Policy($"p{i:00}", Rule($$$"""{"jwt": {"issuer": "https://id.corp.example", "subjects": ["host-{{{i + 1}}}"]}}""")))], Question(Host, Ratings)),
        ["many-values"] = ([Policy("p", Rule($$$"""{"jwt": {"issuer": "https://id.corp.example", "subjects": [{{{string.Join(", ", Enumerable.Range(2, 500).Select(i => $"\"host-{i}\""))}}}]}}"""))], Question(Host, Ratings)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_explanation_reads_as_it_should(string name)
    {
        string file = Path.Combine(Folder, $"{name}.txt");
        string actual = Write(name);
        if (Environment.GetEnvironmentVariable("ONBOARDING_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }

        File.Exists(file).ShouldBeTrue($"{file} is missing; write it with ONBOARDING_UPDATE_GOLDEN=1");
        actual.ShouldBe(File.ReadAllText(file));
    }

    [Fact]
    public void Every_golden_file_has_a_case() =>
        Directory.GetFiles(Folder).Select(f => Path.GetFileNameWithoutExtension(f)!).ShouldBe(All.Keys, ignoreOrder: true);

    [Fact]
    public void What_the_caller_may_learn_does_not_depend_on_the_group()
    {
        PolicySet set = PolicySet.Compile([Web, Policy("corp", Rule(Corp))]);

        string[] matched = [.. set.Explain(Question(Ec2, null)).Matched];

        matched.ShouldBe(["aws.accounts", "aws.ec2", "aws.ec2.iamRoleNames"]);
        set.Explain(Question(Ec2, new Dictionary<string, string> { ["app"] = "reviews" })).Matched.ShouldBe(matched);
    }

    private static string Write(string name)
    {
        (OnboardingPolicy[] policies, AdmissionQuestion question) = All[name];
        PolicyExplanation explanation = PolicySet.Compile(policies).Explain(question);
        StringBuilder text = new();
        foreach (OnboardingPolicy policy in policies.Take(3))
        {
            string yaml = ResourceWriter.ToYaml(policy.ToJson()["spec"]!.AsObject()).TrimEnd();
            text.Append($"# policy {policy.Metadata.Name}\n{(yaml.Length > 1500 ? yaml[..1500] + "\n…" : yaml)}\n\n");
        }

        if (policies.Length > 3)
        {
            text.Append($"# … and {policies.Length - 3} more\n\n");
        }

        text.Append($"# workload\n{ResourceWriter.ToYaml(question.Identity.ToJson()).TrimEnd()}\n\n");
        text.Append($"# group: {(question.GroupLabels is { } labels ? string.Join(", ", labels.Select(l => $"{l.Key}={l.Value}")) : "none of that name")}\n");
        text.Append($"# {explanation.Decision.Outcome}: {explanation.Decision.Policy ?? "-"} {explanation.Decision.Rule}\n");
        text.Append($"# the caller learns: {string.Join(", ", explanation.Matched)}\n# operators learn:\n{explanation.Summary}\n\n");
        explanation.Lines.ToList().ForEach(line => text.Append($"- {line}\n"));
        return text.ToString();
    }
}
