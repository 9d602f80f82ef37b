using Grpc.Core;
using Onboarding.Api.Control;
using Onboarding.Client;
using Onboarding.Client.Errors;
using Onboarding.Client.State;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ControlTests;

/// <summary>What becomes of a session whose agent ends by a bug, where no one awaits the agent: a PowerShell process.</summary>
public sealed class AgentFaultTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private volatile bool _broken;

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_join_under_way_fails_with_what_happened_and_leaves_the_directory_free()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no");
        OnboardingAgentOptions options = Options(plane);
        OnboardingAgent agent = OnboardingAgent.Open(options);
        _broken = true;

        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => agent.RegisterAsync(Request(plane), null, CancellationToken.None));

        e.ErrorId.ShouldBe(ErrorIds.AgentFailed);
        e.Message.ShouldBeGolden();
        e.InnerException.ShouldBeOfType<InvalidOperationException>();
        await agent.DisposeAsync();
        StateDirectory.OwnerOf(options.StateDirectory).ShouldBeNull();
    }

    [Fact]
    public async Task A_session_that_stood_is_shown_as_ended_and_can_still_be_left_or_begun_again()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using OnboardingAgent agent = OnboardingAgent.Open(Options(plane));
        (await agent.RegisterAsync(Request(plane), null, CancellationToken.None)).Phase.ShouldBe(AgentPhase.Connected);
        FakeSession session = await plane.NextSessionAsync();

        using var patience = new CancellationTokenSource(Eventually.Patience);
        Task watching = Task.Run(
            async () =>
            {
                await foreach (AgentStatus seen in agent.WatchAsync(patience.Token))
                {
                    if (seen.Phase == AgentPhase.Out)
                    {
                        return;
                    }
                }
            });
        _broken = true;
        session.End();

        await Eventually.Is(async () => (await StatusAsync()).Phase == AgentPhase.Out, "the status to say so");
        await watching;
        AgentStatus status = await StatusAsync();
        status.Failure.ErrorId.ShouldBe(ErrorIds.AgentFailed);
        status.Failure.Message.ShouldBeGolden();
        status.Registration.ShouldBe("ratings-jwt-demo--vm1", "it is in the cluster still");

        _broken = false;
        (await agent.RegisterAsync(Request(plane), null, CancellationToken.None)).Failure.ShouldBeNull();
        _broken = true;
        (await plane.NextSessionAsync()).End();
        await Eventually.Is(async () => (await StatusAsync()).Phase == AgentPhase.Out, "the second fault");
        _broken = false;
        await agent.UnregisterAsync(new UnregisterRequest { Reason = "done" }, null, CancellationToken.None);
        plane.Unregistrations.Single().Reason.ShouldBe("done");

        Task<AgentStatus> StatusAsync() => agent.GetStatusAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_service_ends_with_it()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no");
        await using OnboardingAgent agent = OnboardingAgent.Open(Options(plane));
        _broken = true;

        await Should.ThrowAsync<InvalidOperationException>(() => agent.RunAsync(CancellationToken.None)).WaitAsync(Eventually.Patience);
    }

    private OnboardingAgentOptions Options(FakePlane plane) => RunningAgent.Options(_directory, plane, _log) with
    {
        StartSidecar = false,
        Random = () => _broken ? throw new InvalidOperationException("the dice fell off the table") : 0.02,
    };

    private static RegisterRequest Request(FakePlane plane) =>
        new() { Namespace = "bookinfo", WorkloadGroup = "ratings", EndpointHost = "localhost", EndpointPort = plane.Port };
}
