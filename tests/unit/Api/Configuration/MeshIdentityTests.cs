using System.Text;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Api.TestDocuments;

namespace Onboarding.Tests.Unit.Api.Configuration;

/// <summary><c>meshIdentity</c> of an AgentConfiguration: who is given the machine's identity.</summary>
public class MeshIdentityTests
{
    [Fact]
    public void Nothing_is_served_and_no_one_let_in_unless_told_so()
    {
        MeshIdentitySettings settings = Read("").MeshIdentity;
        settings.IsServed.ShouldBeFalse();
        settings.Callers.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_read_is_written_again()
    {
        AgentConfiguration read = Read("""
            meshIdentity:
              workloadApi: true
              sds: true
              socket: unix:///run/mesh/identity.sock
              callers:
              - uid: 1000
              - uid: 33
                gid: 54321

            """);
        read.MeshIdentity.IsServed.ShouldBeTrue();
        read.MeshIdentity.Callers.ShouldBe([new MeshIdentityCaller { Uid = 1000 }, new MeshIdentityCaller { Uid = 33, Gid = 54321 }]);
        read.ToJson()["meshIdentity"]!.ToJsonString().ShouldBe(
            """{"workloadApi":true,"sds":true,"socket":"unix:///run/mesh/identity.sock","callers":[{"uid":1000},{"uid":33,"gid":54321}]}""");
    }

    [Theory]
    [InlineData(1000u, new uint[] { 5 }, true)]
    [InlineData(1001u, new uint[] { 1000 }, false)]
    [InlineData(33u, new uint[] { 33, 54321 }, true)]
    [InlineData(33u, new uint[] { 33 }, false)]
    [InlineData(34u, new uint[] { 54321 }, false)]
    [InlineData(99u, new uint[] { 7 }, true)]
    public void What_is_set_must_match(uint uid, uint[] gids, bool isLetIn)
    {
        MeshIdentityCaller[] callers = [new() { Uid = 1000 }, new() { Uid = 33, Gid = 54321 }, new() { Gid = 7 }];
        callers.Any(c => c.Matches(uid, gids)).ShouldBe(isLetIn);
    }

    [Fact]
    public void A_caller_without_both_means_no_one() => new MeshIdentityCaller().Matches(0, [0]).ShouldBeFalse();

    [Theory]
    [InlineData("meshIdentity: {workloadApi: true, callers: [{}]}", "meshIdentity.callers[0]", ProblemReason.Required)]
    [InlineData("meshIdentity: {sds: true, callers: [{uid: 4294967295}]}", "meshIdentity.callers[0].uid", ProblemReason.Invalid)]
    [InlineData("meshIdentity: {sds: true, callers: [{uid: -1}]}", "meshIdentity.callers[0].uid", ProblemReason.Invalid)]
    [InlineData("meshIdentity: {sds: yes-please}", "meshIdentity.sds", ProblemReason.TypeInvalid)]
    [InlineData("meshIdentity: {sds: true, socket: /run/identity.sock}", "meshIdentity.socket", ProblemReason.Invalid)]
    public void What_is_wrong_is_named(string line, string path, ProblemReason reason)
    {
        ReadResult<AgentConfiguration> result = ResourceReader.Read(ResourceKinds.AgentConfiguration, Encoding.UTF8.GetBytes(AgentHead + line));
        result.Problems.ShouldContain(p => p.Path == path && p.Severity == ProblemSeverity.Error && p.Reason == reason);
    }

    [Fact]
    public void Serving_no_one_is_a_warning() =>
        ResourceReader.Read(ResourceKinds.AgentConfiguration, Encoding.UTF8.GetBytes(AgentHead + "meshIdentity: {sds: true}")).Problems.ShouldHaveSingleItem().Severity.ShouldBe(ProblemSeverity.Warning);

    private static AgentConfiguration Read(string text) => ReadValid(ResourceKinds.AgentConfiguration, AgentHead + text);
}
