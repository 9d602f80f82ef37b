using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Interop;

/// <summary>grpcio against our server.</summary>
public class PythonClientTests(PythonClientTests.Run run) : IClassFixture<PythonClientTests.Run>
{
    public static TheoryData<string> Cases => ClientCases.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_client_is_satisfied(string name)
    {
        Capability.PythonGrpc.Require();
        (await run.ErrorOf(name)).ShouldBeNull();
    }

    public sealed class Run() : ForeignClientRun("/usr/bin/python3", "python/client.py");
}
