using System.Net;
using System.Text.Json.Nodes;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Registration;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>Who has a place by <c>maxMembers</c>, over any history, is what counting all members again would say.</summary>
public sealed class MemberPlaceTests
{
    private const string Namespace = "bookinfo";
    private static readonly string[] Groups = ["ratings", "reviews"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Places_kept_up_to_date_are_those_that_counting_again_gives(int seed)
    {
        var random = new Random(seed);
        var source = new Source();
        var kept = new MemberQuestions(source);
        PolicySet policies = PolicySet.Compile([Policy("few", 2, "ratings"), Policy("more", 5, "reviews"), Policy("all", 1_000, null)]);
        for (int step = 0; step < 400; step++)
        {
            Change(random, source, kept, step);
            if (random.Next(3) > 0)
            {
                continue; // several changes between two questions
            }

            var fresh = new MemberQuestions(source);
            foreach (WorkloadAutoRegistration member in source.Members)
            {
                Decide(kept, policies, member).ShouldBe(Decide(fresh, policies, member), $"step {step}, {member.Metadata.Name}");
            }

            Newcomer(kept, policies).ShouldBe(Newcomer(fresh, policies), $"step {step}");
        }
    }

    [Fact]
    public void Members_that_an_untrusted_issuer_admitted_give_their_places_back()
    {
        var source = new Source();
        source.Members.AddRange([Member(1, "ratings"), Member(2, "ratings")]);
        var questions = new MemberQuestions(source);
        PolicySet policies = PolicySet.Compile([Policy("few", 2, "ratings")]);
        Newcomer(questions, policies).ShouldBe("-");

        source.Untrusted = "host-1";
        questions.Changed(ns: null);

        Newcomer(questions, policies).ShouldBe("few");
    }

    [Fact]
    public void A_namespace_of_many_members_is_read_once_however_many_questions_are_asked()
    {
        var source = new Source();
        source.Members.AddRange(Enumerable.Range(0, 500).Select(i => Member(i, "ratings")));
        var questions = new MemberQuestions(source);
        PolicySet policies = PolicySet.Compile([Policy("few", 100, "ratings")]);

        int admitted = source.Members.Count(m => policies.Decide(questions.Ask(m)!).IsAllowed);

        admitted.ShouldBe(100);
        source.Reads.ShouldBe(1);
    }

    private static void Change(Random random, Source source, MemberQuestions kept, int step)
    {
        int at = source.Members.Count == 0 ? -1 : random.Next(source.Members.Count);
        switch (random.Next(6))
        {
            case 0 when at >= 0:
                WorkloadAutoRegistration gone = source.Members[at];
                source.Members.RemoveAt(at);
                kept.Changed(gone, null);
                break;
            case 1 when at >= 0:
                WorkloadAutoRegistration before = source.Members[at];
                WorkloadAutoRegistration leaving = before with { Metadata = before.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };
                source.Members[at] = leaving;
                kept.Changed(before, leaving);
                break;
            case 2 when at >= 0:
                WorkloadAutoRegistration old = source.Members[at];
                WorkloadAutoRegistration written = old with { Metadata = old.Metadata with { ResourceVersion = $"{step}" } };
                source.Members[at] = written;
                kept.Changed(old, written);
                break;
            default:
                // Out of order too: several replicas write, and a second has many of them.
                WorkloadAutoRegistration added = Member(random.Next(10) * 1000 + step, Groups[random.Next(2)]);
                source.Members.Add(added);
                kept.Changed(null, added);
                break;
        }
    }

    private static string Decide(MemberQuestions questions, PolicySet policies, WorkloadAutoRegistration member) =>
        policies.Decide(questions.Ask(member)!).Policy ?? "-";

    private static string Newcomer(MemberQuestions questions, PolicySet policies) => policies.Decide(new AdmissionQuestion
    {
        Identity = Identity("newcomer"),
        GroupLabels = new Dictionary<string, string> { ["app"] = "ratings" },
        Now = DateTimeOffset.UnixEpoch,
        MembersBefore = () => questions.Before(Namespace, self: null),
    }).Policy ?? "-";

    private static OnboardingPolicy Policy(string name, int most, string? app) => OnboardingPolicy.FromJson(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace },
        ["spec"] = JsonNode.Parse(
            $$"""
            {"allow": [{"workloads": [{"jwt": {"issuer": "https://id.corp.example"} }],
             "onboardTo": [{"workloadGroupSelector": {{(app is null ? """{"matchLabels": {"app": "none"} }""" : $$"""{"matchLabels": {"app": "{{app}}"} }""")}} }], "maxMembers": {{most}} }]}
            """),
    });

    private static WorkloadIdentity Identity(string subject) =>
        new() { Jwt = new JwtIdentity { Issuer = "https://id.corp.example", Subject = subject, Attributes = new Dictionary<string, string> { ["a"] = "b" } } };

    private static WorkloadAutoRegistration Member(int number, string group) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = $"{group}-{number:00000}",
            Namespace = Namespace,
            Uid = $"uid-{number}",
            CreationTimestamp = DateTimeOffset.UnixEpoch.AddSeconds(number / 1000),
            OwnerReferences = [new V1OwnerReference { ApiVersion = "networking.istio.io/v1", Kind = "WorkloadGroup", Name = group, Uid = "g" }],
        },
        Spec = new WorkloadAutoRegistrationSpec
        {
            Identity = Identity($"host-{number}"),
            Registration = new WorkloadRegistration { Agent = new AgentInfo("1"), Sidecar = new SidecarInfo(), Host = new HostInfo() },
        },
    };

    private sealed class Source : IMemberSource
    {
        public List<WorkloadAutoRegistration> Members { get; } = [];

        public string? Untrusted { get; set; }

        public int Reads { get; private set; }

        public DateTimeOffset Now => DateTimeOffset.UnixEpoch;

        public WorkloadGroup? FindGroup(string ns, string name) => WorkloadGroup.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["labels"] = new JsonObject { ["app"] = name } },
            ["spec"] = new JsonObject { ["template"] = new JsonObject() },
        });

        public IEnumerable<WorkloadAutoRegistration> MembersOf(string ns)
        {
            Reads++;
            return Members;
        }

        public WorkloadIdentity? PolicyIdentityOf(WorkloadIdentity bound, string thumbprint) => bound.Jwt?.Subject == Untrusted ? null : bound;

        public IPAddress? AddressOf(WorkloadAutoRegistration member) => null;
    }
}
