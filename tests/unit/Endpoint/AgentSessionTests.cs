using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Sessions;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Refusals;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>A session takes renewed tokens of its own workload, group and key only.</summary>
public sealed class AgentSessionTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_same_workload_with_the_same_key_lives_on()
    {
        AgentSession session = Session();
        OnboardingTokenClaims renewed = Claims() with { Id = "2", ExpiresAt = Claims().ExpiresAt.AddHours(1) };

        session.Renew(renewed);

        session.ExpiresAt.ShouldBe(renewed.ExpiresAt.AddSeconds(60));
    }

    [Fact]
    public void Members_that_came_together_do_not_renew_their_istio_tokens_together()
    {
        AgentSession[] sessions = [.. Enumerable.Range(0, 200).Select(_ => Session())];
        foreach (AgentSession session in sessions)
        {
            session.RenewTokenOf(_time.GetUtcNow() + TimeSpan.FromMinutes(1));
        }

        _time.Advance(TimeSpan.FromSeconds(26.9));
        sessions.Count(s => s.Tick()).ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(1.6));
        sessions.Count(s => s.Tick()).ShouldBeInRange(30, 170);
        _time.Advance(TimeSpan.FromSeconds(1.5));
        sessions.Count(s => s.Tick()).ShouldBeInRange(30, 170);
    }

    [Fact]
    public void A_token_for_anything_else_changes_nothing()
    {
        (string What, OnboardingTokenClaims Claims)[] cases =
        [
            ("key", Claims() with { Thumbprint = "other" }),
            ("registration", Claims() with { Registration = "ratings-jwt-corp--host-2" }),
            ("namespace", Claims() with { GroupNamespace = "other" }),
            ("group", Claims() with { GroupName = "reviews" }),
        ];
        AgentSession session = Session();
        DateTimeOffset before = session.ExpiresAt;
        foreach ((string what, OnboardingTokenClaims claims) in cases)
        {
            Should.Throw<RefusedException>(() => session.Renew(claims with { ExpiresAt = claims.ExpiresAt.AddHours(1) }), what)
                .Refusal.Reason.ShouldBe(Reasons.TokenInvalid);
            session.ExpiresAt.ShouldBe(before);
        }
    }

    [Fact]
    public async Task An_agent_that_does_not_read_is_cut_off_before_it_costs_memory()
    {
        AgentSession session = Session();
        for (int i = 0; i < 33; i++)
        {
            session.Ended.IsCompleted.ShouldBeFalse($"after {i} messages");
            session.Send(new PlaneMessage { Heartbeat = new Heartbeat() });
        }

        (await session.Ended).Message.ShouldBeGolden();
    }

    [Fact]
    public async Task A_session_that_is_told_to_move_while_it_is_established_moves_after_its_welcome()
    {
        // The agent takes nothing but its welcome as the answer to its proof; a session that is never told stays until the process is killed.
        int retired = 0;
        AgentSession session = Session(() => retired++);
        session.Relocate(TimeSpan.FromSeconds(2));
        retired.ShouldBe(0);

        session.Welcome(new PlaneMessage { Established = new SessionEstablished() });
        session.Relocate(TimeSpan.FromSeconds(2));
        session.End(SessionEnd.Quiet("The instance stops."));

        var sent = new SentMessages();
        await session.WriteAllAsync(sent, CancellationToken.None);
        sent.Select(m => m.MessageCase).ShouldBe([PlaneMessage.MessageOneofCase.Established, PlaneMessage.MessageOneofCase.Relocate]);
        retired.ShouldBe(1, "its agent's next call goes to another instance");
    }

    private AgentSession Session(Action? retire = null) => new(
        new WorkloadAutoRegistration
        {
            Metadata = new V1ObjectMeta { Name = "ratings-jwt-corp--host-1", Namespace = "bookinfo", Uid = "1" },
            Status = new WorkloadAutoRegistrationStatus { Session = new SessionStatus { Epoch = 1 } },
        },
        Claims(),
        held: null,
        _time)
    {
        RetireConnection = retire,
    };

    private OnboardingTokenClaims Claims() => new()
    {
        Workload = new WorkloadIdentity { Jwt = new JwtIdentity { Issuer = "https://id.corp.example", Subject = "host-1" } },
        GroupNamespace = "bookinfo",
        GroupName = "ratings",
        Registration = "ratings-jwt-corp--host-1",
        Thumbprint = "key",
        Id = "1",
        IssuedAt = _time.GetUtcNow(),
        ExpiresAt = _time.GetUtcNow().AddHours(1),
    };

    private sealed class SentMessages : List<PlaneMessage>, IServerStreamWriter<PlaneMessage>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(PlaneMessage message)
        {
            Add(message);
            return Task.CompletedTask;
        }
    }
}
