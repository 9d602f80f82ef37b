using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Interop;

/// <summary>grpc-js against our server.</summary>
public class NodeClientTests(NodeClientTests.Run run) : IClassFixture<NodeClientTests.Run>
{
    public static TheoryData<string> Cases => ClientCases.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_client_is_satisfied(string name)
    {
        Capability.NodeJs.Require();
        (await run.ErrorOf(name)).ShouldBeNull();
    }

    public sealed class Run() : ForeignClientRun("node", "node/client.js");
}
