using Onboarding.Authorization;
using Onboarding.Plane.Audit;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>Which policy a refused machine's operator is told to edit.</summary>
public sealed class B4_NearestPolicyTests
{
    [Theory]
    // Nothing of it holds: it is about other machines.
    [InlineData("""{"aws": {"partition": "aws", "accounts": ["111122223333"]}}""", AnyGroup, false)]
    [InlineData("""{"jwt": {"issuer": "https://other.example"}}""", AnyGroup, false)]
    // It is about the machine, and about other groups.
    [InlineData(Corp, """[{"workloadGroupSelector": {"matchLabels": {"app": "another"}}}]""", false)]
    [InlineData("""{"jwt": {"issuer": "https://id.corp.example", "subjects": ["another"]}}""", AnyGroup, true)]
    public void Only_one_that_came_close(string workloads, string groups, bool isClose)
    {
        var record = new AuditRecord("authorize", "id", "192.0.2.1");
        record.Take(PolicySet.Compile([Policy("joiners", Rule(workloads, groups))]).Explain(Question(Host, Ratings)), null);

        record.NearestPolicy.ShouldBe(isClose ? "joiners" : null);
    }
}
