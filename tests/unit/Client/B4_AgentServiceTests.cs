using Onboarding.Client.Processes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ClientTests;

/// <summary>A command that starts the agent is printed only where there is what it starts.</summary>
public sealed class B4_AgentServiceTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("etc/systemd/system")]
    [InlineData("usr/lib/systemd/system")]
    public void Where_there_is_a_unit_systemd_starts_it(string directory)
    {
        Directory.CreateDirectory(_root[directory]);
        File.WriteAllText(Path.Combine(_root[directory], "onboarding-agent.service"), "[Service]");

        AgentService.HowToStartIn(_root[""], null).ShouldBe("sudo systemctl start onboarding-agent");
    }

    [Fact]
    public void Where_there_is_a_program_it_is_run() =>
        AgentService.HowToStartIn(_root[""], "/usr/bin/onboarding-agent").ShouldBe("sudo /usr/bin/onboarding-agent run");

    [Fact]
    public void Where_there_is_neither_no_command_is_printed() =>
        AgentService.HowToStartIn(_root[""], null).ShouldNotContain("systemctl");
}
