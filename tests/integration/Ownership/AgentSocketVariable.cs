using Onboarding.Client.Control;
using Xunit;

namespace Onboarding.Tests.Integration.OwnershipTests;

/// <summary>
/// Names another socket than the machine's own, so that no test meets an agent that runs on it. The variable is the process's: tests
/// that use it are one collection, and run when no others do.
/// </summary>
[CollectionDefinition(nameof(AgentSocketVariable), DisableParallelization = true)]
public sealed class AgentSocketVariable : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable(ControlSocket.EnvironmentVariable);

    public void Set(string path) => Environment.SetEnvironmentVariable(ControlSocket.EnvironmentVariable, path);

    public void Dispose() => Environment.SetEnvironmentVariable(ControlSocket.EnvironmentVariable, _before);
}
