using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Onboarding.AgentHost.Control;
using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ControlTests;

/// <summary>What may be sent to an agent's control socket, and what the agent's log says of it: its own faults, and nothing of its callers'.</summary>
public sealed class ControlSocketLimitTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly IMeshSession _session = Substitute.For<IMeshSession>();
    private readonly UnixSocketServer _server;
    private readonly ControlClient _client;

    public ControlSocketLimitTests()
    {
        string path = _directory["agent.sock"];
        _server = UnixSocketServer.Start(
            path,
            new SocketOffer(
                [AgentControlService.BindService(new ControlService(_session, _log.CreateLogger("control")))],
                _ => Status.DefaultSuccess,
                SocketLimits.ForPeople),
            _ => { },
            _log);
        _client = new ControlClient(path);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_message_larger_than_64_kilobytes_reaches_no_method()
    {
        OnboardingException refused = await Should.ThrowAsync<OnboardingException>(() =>
            _client.UnregisterAsync(new UnregisterRequest { Reason = new string('r', 70_000) }, null, CancellationToken.None));

        refused.ErrorId.ShouldBe(ErrorIds.ControlFailed);
        _session.ReceivedCalls().ShouldBeEmpty();
        _log.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_method_of_a_newer_agent_is_unimplemented()
    {
        using GrpcChannel channel = Dial();
        var bytes = Marshallers.Create<byte[]>(b => b, b => b);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "onboarding.control.v1alpha1.AgentControlService", "Newer", bytes, bytes);

        RpcException refused = await Should.ThrowAsync<RpcException>(async () =>
            await channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, []));

        refused.StatusCode.ShouldBe(StatusCode.Unimplemented);
        refused.Status.Detail.ShouldBeGolden();
    }

    [Fact]
    public async Task A_fault_of_the_agent_is_logged_once_and_its_text_stays_there()
    {
        _log.Expect("password=hunter2");
        _session.GetStatusAsync(default).ThrowsAsyncForAnyArgs(new InvalidOperationException("password=hunter2"));

        OnboardingException told = await Should.ThrowAsync<OnboardingException>(() => _client.GetStatusAsync(CancellationToken.None));

        told.Message.ShouldBeGolden();
        told.Message.ShouldNotContain("hunter2");
        _log.Entries.Single().EventId.Name.ShouldBe("ControlFault");
    }

    [Fact]
    public async Task A_caller_that_hangs_up_is_no_fault()
    {
        _session.GetStatusAsync(default).ReturnsForAnyArgs(new AgentStatus());
        var reached = new TaskCompletionSource();
        var answered = new TaskCompletionSource();
        _session.RegisterAsync(default!, default, default).ReturnsForAnyArgs(async call =>
        {
            reached.SetResult();
            CancellationToken stop = call.Arg<CancellationToken>();
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            call.Arg<Action<Step>>()(new Step { Name = "Connected" });
            answered.SetResult();
            return new AgentStatus();
        });
        using var hangUp = new CancellationTokenSource();
        Task<AgentStatus> call = _client.RegisterAsync(new RegisterRequest(), null, hangUp.Token);
        await reached.Task.WaitAsync(Eventually.Patience);

        await hangUp.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await answered.Task.WaitAsync(Eventually.Patience);
        (await _client.GetStatusAsync(CancellationToken.None)).ShouldNotBeNull();
        _log.Entries.ShouldBeEmpty();
    }

    private GrpcChannel Dial() => GrpcChannel.ForAddress("http://agent.invalid", new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_directory["agent.sock"]), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        },
    });
}
