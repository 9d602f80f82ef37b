using System.Net.Sockets;
using Grpc.Core;
using NSubstitute;
using Onboarding.AgentHost.Control;
using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ControlTests;

public sealed class PeerAuthorizationTests : IDisposable
{
    private const uint Agent = 990;
    private const uint Group = 991;
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(0u, 0u, true)]
    [InlineData(Agent, 1000u, true)]
    [InlineData(1000u, Group, true)]
    [InlineData(1000u, 1000u, false)]
    public void Root_the_agent_and_the_group_are_let_in(uint user, uint group, bool allowed) =>
        new PeerAuthorization(Agent, Group).Decide(new PeerCredentials(1, user, [group])).StatusCode
            .ShouldBe(allowed ? StatusCode.OK : StatusCode.PermissionDenied);

    [Fact]
    public void A_supplementary_group_counts() =>
        new PeerAuthorization(Agent, Group).Decide(new PeerCredentials(1, 1000, [1000, 27, Group])).StatusCode.ShouldBe(StatusCode.OK);

    [Fact]
    public void Without_the_group_membership_of_none_helps() =>
        new PeerAuthorization(Agent, null).Decide(new PeerCredentials(1, 1000, [1000, Group])).StatusCode.ShouldBe(StatusCode.PermissionDenied);

    [Fact]
    public void Who_is_unknown_is_nobody() => new PeerAuthorization(Agent, Group).Decide(null).StatusCode.ShouldBe(StatusCode.PermissionDenied);

    [Fact]
    public void The_kernel_tells_who_is_at_the_other_end()
    {
        string path = _directory["s"];
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        using Socket accepted = listener.Accept();
        PeerCredentials peer = PeerCredentials.FromSocket(accepted).ShouldNotBeNull();
        peer.ProcessId.ShouldBe(Environment.ProcessId);
        peer.UserId.ShouldBe(LibC.EffectiveUserId());
        peer.GroupIds.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_network_socket_has_no_peer_the_kernel_knows()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        PeerCredentials.FromSocket(socket).ShouldBeNull();
    }

    [Fact]
    public async Task Who_is_refused_is_told_how_to_be_let_in_and_reaches_no_method()
    {
        IMeshSession session = Substitute.For<IMeshSession>();
        string path = _directory["agent.sock"];
        await using var server = UnixSocketServer.Start(
            path,
            new SocketOffer(
                [AgentControlService.BindService(new ControlService(session, _log.CreateLogger("control")))],
                _ => new PeerAuthorization(Agent, Group).Decide(new PeerCredentials(1, 1000, [1000])),
                SocketLimits.ForPeople),
            _ => { },
            _log);
        await using var client = new ControlClient(path);
        OnboardingException denied = await Should.ThrowAsync<OnboardingException>(() => client.GetStatusAsync(CancellationToken.None));
        denied.ErrorId.ShouldBe("ControlDenied");
        denied.NextStep.ShouldContain("usermod -aG onboarding");
        (await Should.ThrowAsync<OnboardingException>(() => client.UnregisterAsync(new UnregisterRequest(), null, CancellationToken.None)))
            .ErrorId.ShouldBe("ControlDenied");
        session.ReceivedCalls().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("onboarding:x:991:ann,bob\n", 991u)]
    [InlineData("root:x:0:\nonboarding::7:\n", 7u)]
    [InlineData("onboarding2:x:5:\n", null)]
    [InlineData("onboarding:x:many:\n", null)]
    [InlineData("", null)]
    public void Groups_are_read_from_the_file(string file, uint? id)
    {
        File.WriteAllText(_directory["group"], file);
        SystemGroup.IdOf("onboarding", _directory["group"]).ShouldBe(id);
    }
}
