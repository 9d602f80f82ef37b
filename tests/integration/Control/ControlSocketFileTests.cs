using System.Net.Sockets;
using Grpc.Core;
using Onboarding.AgentHost.Control;
using Onboarding.Client;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ControlTests;

/// <summary>The control socket as a file: whose it is, what is in its place, and what is said where it can't be had.</summary>
public sealed class ControlSocketFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_socket_that_can_t_be_had_for_whatever_reason_is_told_at_once_and_no_fault()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using OnboardingAgent agent = OnboardingAgent.Open(RunningAgent.Options(_directory, plane, _log));

        // No reason that anybody thought of: the system's own is an I/O error, this isn't.
        ControlServer.Start(_directory["no\0where/agent.sock"], agent, _log).ShouldBeNull();

        _log.Entries.ShouldContain(e => e.EventId.Name == "ControlUnavailable");
    }

    [Fact]
    public async Task Only_its_owner_may_open_it_where_the_group_is_missing()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        UnixFileMode mode = File.GetUnixFileMode(agent.Path);
        (mode & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public async Task The_socket_of_an_agent_that_was_killed_is_replaced()
    {
        string path = _directory["state/agent.sock"];
        Directory.CreateDirectory(_directory["state"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(path));
            // .NET removes what it bound when it closes it; a process that is killed doesn't.
            File.Move(path, path + ".kept");
        }

        File.Move(path + ".kept", path);
        await using FakePlane plane = await FakePlane.StartAsync();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        (await agent.StatusAsync()).Namespace.ShouldBe("bookinfo");
    }

    [Fact]
    public async Task The_socket_of_a_living_agent_stays_its_own()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        ControlServer.Start(agent.Path, agent.Client, _log).ShouldBeNull();
        _log.Entries.Single(e => e.EventId.Name == "ControlUnavailable").Message.ShouldBeGolden();
        (await agent.StatusAsync()).Namespace.ShouldBe("bookinfo");
    }

    [Fact]
    public async Task What_is_no_socket_is_never_removed()
    {
        string path = _directory["precious"];
        File.WriteAllText(path, "data");
        await using var client = new ControlClient(path);
        ControlServer.Start(path, client, _log).ShouldBeNull();
        File.ReadAllText(path).ShouldBe("data");
        _log.Entries.Single(e => e.EventId.Name == "ControlUnavailable").Message.ShouldBeGolden();
    }

    [Fact]
    public async Task A_directory_others_may_write_to_is_not_used()
    {
        string directory = _directory["open"];
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, (UnixFileMode)0x1FF);
        string path = Path.Combine(directory, "agent.sock");
        await using var client = new ControlClient(path);
        ControlServer.Start(path, client, _log).ShouldBeNull();
        _log.Entries.Single(e => e.EventId.Name == "ControlUnavailable").Message.ShouldBeGolden();
    }

    [Fact]
    public async Task A_path_that_is_too_long_is_said_and_the_agent_runs()
    {
        string path = _directory[new string('x', 120)];
        await using var client = new ControlClient(path);
        ControlServer.Start(path, client, _log).ShouldBeNull();
        _log.Text.ShouldContain("longer than 107 bytes");
    }

    [Fact]
    public async Task Where_no_agent_runs_that_is_said()
    {
        await using var client = new ControlClient(_directory["agent.sock"]);
        OnboardingException none = await Should.ThrowAsync<OnboardingException>(() => client.GetStatusAsync(CancellationToken.None));
        none.ErrorId.ShouldBe("AgentNotRunning");
        none.Message.ShouldContain(_directory["agent.sock"]);
        none.NextStep.ShouldContain("--state-directory");
    }

    [Fact]
    public void A_call_that_broke_says_where_to_read_on()
    {
        OnboardingException broken = ControlFailure.Explain(new RpcException(new Status(StatusCode.Internal, "a slip")), "/run/agent.sock");
        broken.ErrorId.ShouldBe(ErrorIds.ControlFailed);
        broken.Message.ShouldBeGolden();
        broken.NextStep.ShouldContain("journalctl -u onboarding-agent");
    }

    [Fact]
    public async Task An_agent_that_stops_takes_its_socket_along()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.DisposeAsync();
        File.Exists(agent.Path).ShouldBeFalse();
    }
}
