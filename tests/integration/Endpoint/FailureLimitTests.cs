using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>
/// All agents of these tests are behind one address; anyone who did nothing wrong isn't held back for the others. At an instance whose clock
/// is still: however slow the machine is, no one earns another call while he asks.
/// </summary>
public sealed class FailureLimitTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private TestPlane _plane = null!;
    private TestReplica _replica = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task Machines_that_a_policy_has_left_out_hold_nobody_back_behind_their_address()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 340),
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (i, _) => await TestAgent.RefusedAsync(() => Outsider($"outsider-{i}").AuthorizeAsync(), StatusCode.PermissionDenied));

        await Agent("insider").AuthorizeAsync();
    }

    [Fact]
    public async Task A_machine_that_is_refused_all_the_time_is_told_to_wait_and_why()
    {
        TestAgent stubborn = Outsider("stubborn");
        RpcException? held = null;
        for (int i = 0; i < 200 && held is null; i++)
        {
            RpcException refused = await Should.ThrowAsync<RpcException>(() => stubborn.AuthorizeAsync());
            held = refused.StatusCode == StatusCode.ResourceExhausted ? refused : null;
        }

        TestAgent.ReasonOf(held.ShouldNotBeNull()).Reason.ShouldBe(Reasons.RateLimited);
        held.Status.Detail.ShouldContain(Reasons.NotAuthorized);
        Google.Rpc.Status.Parser.ParseFrom(held.Trailers.First(t => t.Key == "grpc-status-details-bin").ValueBytes)
            .Details.ShouldContain(d => d.Is(Google.Rpc.RetryInfo.Descriptor));
        await Agent("another").AuthorizeAsync();
    }

    [Fact]
    public async Task A_member_is_not_held_back_for_what_somebody_guesses_behind_its_address()
    {
        TestAgent member = Agent("member");
        await member.AuthorizeAsync();
        await GuessAsync();
        (await ReasonAsync(() => Agent("new").AuthorizeAsync())).ShouldBe(Reasons.RateLimited, "the address is held back");

        await member.RegisterAsync();
        using (TestSession session = await member.ConnectAsync())
        {
            await session.NextAsync(PlaneMessage.MessageOneofCase.Established);
            string held = member.Token;
            await member.AuthorizeAsync(renewing: held);
            await session.SendAsync(new AgentMessage { Token = new OnboardingToken { Token = member.Token } });
            await session.NextAsync(PlaneMessage.MessageOneofCase.TokenAccepted);
        }

        await member.UnregisterAsync();
    }

    [Fact]
    public async Task Who_only_says_that_he_is_a_member_is_held_back_with_the_others()
    {
        TestAgent member = Agent("member");
        await member.AuthorizeAsync();
        TestAgent thief = Agent("thief");
        thief.Token = member.Token;
        await GuessAsync();

        (await ReasonAsync(() => thief.AuthorizeAsync(renewing: "a.b.c"))).ShouldBe(Reasons.RateLimited);
        (await ReasonAsync(() => thief.AuthorizeAsync(renewing: member.Token))).ShouldBe(Reasons.RateLimited, "the token is another key's");
        (await ReasonAsync(() => thief.RegisterAsync())).ShouldBe(Reasons.RateLimited);
        thief.Token = "a.b.c";
        (await ReasonAsync(() => thief.RegisterAsync())).ShouldBe(Reasons.RateLimited);
    }

    private TestAgent Agent(string name) => _plane.Agent(name, through: _replica.Channel, now: _time.GetUtcNow());

    private TestAgent Outsider(string name)
    {
        TestAgent agent = Agent(name);
        agent.Credential = uid =>
        {
            System.Text.Json.Nodes.JsonObject claims = _plane.Issuer.Claims(uid, agent.Now, name);
            claims["custom_attributes"]!["role"] = "details";
            return _plane.Issuer.Sign(claims);
        };
        return agent;
    }

    private static async Task<string> ReasonAsync(Func<Task> call) => (await TestAgent.RefusedAsync(call)).Reason;

    /// <summary>Fails as often as an address may.</summary>
    private async Task GuessAsync()
    {
        var client = new OnboardingAuthorizationService.OnboardingAuthorizationServiceClient(_replica.Channel);
        RpcException? held = null;
        for (int i = 0; i < 2_000 && held is not { StatusCode: StatusCode.ResourceExhausted }; i++)
        {
            held = await Should.ThrowAsync<RpcException>(async () => await client.AuthorizeOnboardingAsync(new AuthorizeOnboardingRequest()));
        }
    }
}
