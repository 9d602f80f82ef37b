using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Registration;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;

namespace Onboarding.Bench.Policies;

/// <summary>What <c>maxMembers</c> costs in a namespace of 10,000 members: a newcomer's decision, and the leader's look at each member.</summary>
internal sealed class MemberBenchmark : IMemberSource
{
    private const int Members = 10_000;
    private const int Newcomers = 1_000;
    private const double Limit = 100;
    private const string Namespace = "bookinfo";
    private const string Group = "ratings";

    private static readonly Dictionary<string, string> Labels = new() { ["app"] = Group };
    private readonly List<WorkloadAutoRegistration> _members = [.. Enumerable.Range(0, Members).Select(Member)];
    private readonly WorkloadGroup _group = WorkloadGroup.FromJson(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = Group, ["namespace"] = Namespace, ["labels"] = new JsonObject { ["app"] = Group } },
        ["spec"] = new JsonObject { ["template"] = new JsonObject { ["serviceAccount"] = "ratings" } },
    });

    DateTimeOffset IMemberSource.Now => DateTimeOffset.UnixEpoch;

    /// <summary>Runs it.</summary>
    /// <returns>0, or 1 if p99 of a newcomer's decision is above 100 µs.</returns>
    public static int Run()
    {
        Console.WriteLine("members  places             newcomer p50     p99   one pass over all members");
        bool held = true;
        foreach (int places in (int[])[100, Members * 2])
        {
            held &= new MemberBenchmark().Measure(places);
        }

        Console.WriteLine(held ? $"p99 of a newcomer's decision <= {Limit} µs: held" : $"p99 of a newcomer's decision <= {Limit} µs: MISSED");
        return held ? 0 : 1;
    }

    WorkloadGroup? IMemberSource.FindGroup(string ns, string name) => _group;

    IEnumerable<WorkloadAutoRegistration> IMemberSource.MembersOf(string ns) => _members;

    WorkloadIdentity? IMemberSource.PolicyIdentityOf(WorkloadIdentity bound, string thumbprint) => bound;

    IPAddress? IMemberSource.AddressOf(WorkloadAutoRegistration member) => null;

    private bool Measure(int places)
    {
        var questions = new MemberQuestions(this);
        PolicySet policies = PolicySet.Compile([Policy(places)]);
        double[] decisions = new double[Newcomers];
        for (int i = -Newcomers; i < Newcomers; i++)
        {
            // The first half warms up; and each newcomer stays, so that the next one's decision is about other members.
            WorkloadAutoRegistration newcomer = Member(Members + Newcomers + i);
            long start = Stopwatch.GetTimestamp();
            policies.Decide(new AdmissionQuestion
            {
                Identity = newcomer.Spec!.Identity,
                GroupLabels = Labels,
                Now = DateTimeOffset.UnixEpoch,
                MembersBefore = () => questions.Before(Namespace, self: null),
            });
            decisions[Math.Max(i, 0)] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            _members.Add(newcomer);
            questions.Changed(null, newcomer);
        }

        Array.Sort(decisions);
        long pass = Stopwatch.GetTimestamp();
        foreach (WorkloadAutoRegistration member in _members)
        {
            policies.Decide(questions.Ask(member)!);
        }

        double milliseconds = Stopwatch.GetElapsedTime(pass).TotalMilliseconds;
        double p99 = decisions[Newcomers * 99 / 100];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Members,7}  {places,-14} {decisions[Newcomers / 2],14:0.0} µs {p99,5:0.0} µs {milliseconds,12:0} ms"));
        return p99 <= Limit;
    }

    private static OnboardingPolicy Policy(int places) => OnboardingPolicy.FromJson(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "places", ["namespace"] = Namespace },
        ["spec"] = JsonNode.Parse(
            $$"""
            {"allow": [{"workloads": [{"jwt": {"issuer": "https://id.corp.example"} }], "onboardTo": [{"workloadGroupSelector": {} }], "maxMembers": {{places}} }]}
            """),
    });

    private static WorkloadAutoRegistration Member(int i) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = $"{Group}-jwt--host-{i:00000}",
            Namespace = Namespace,
            Uid = $"uid-{i}",
            CreationTimestamp = DateTimeOffset.UnixEpoch.AddSeconds(i / 10),
            OwnerReferences = [new V1OwnerReference { ApiVersion = "networking.istio.io/v1", Kind = "WorkloadGroup", Name = Group, Uid = "g" }],
        },
        Spec = new WorkloadAutoRegistrationSpec
        {
            Identity = new WorkloadIdentity { Jwt = new JwtIdentity { Issuer = "https://id.corp.example", Subject = $"host-{i}" } },
            Registration = new WorkloadRegistration { Agent = new AgentInfo("0.1.0"), Sidecar = new SidecarInfo(), Host = new HostInfo() },
        },
    };
}
