using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>
/// Attack: a caller behind a NAT fails on purpose, so that no new machine behind it joins. At an instance whose clock is still, so that
/// no one earns a turn while a slow machine works. <c>bench -- nat</c> plays it with a thousand machines.
/// </summary>
public sealed class A7_SharedAddressTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly List<GrpcChannel> _channels = [];
    private TestPlane _plane = null!;
    private TestReplica _replica = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(c => c.Dispose());
        await _replica.DisposeAsync();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task A7_new_machines_join_behind_an_address_of_which_one_caller_fails_all_the_time()
    {
        await GuessAsync();

        // More than there are turns at once: who is admitted gives its turn back.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 150), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await Agent($"new-{i}").AuthorizeAsync());

        (await ReasonAsync(() => _plane.Agent("guesser", through: _replica.Channel, now: _time.GetUtcNow()).AuthorizeAsync()))
            .ShouldBe(Reasons.RateLimited, "a connection on which a caller failed");
    }

    [Fact]
    public async Task A7_machines_that_a_policy_leaves_out_take_no_turns_from_new_ones()
    {
        await GuessAsync();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 120),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) => (await ReasonAsync(() => Outsider($"outsider-{i}").AuthorizeAsync())).ShouldBe(Reasons.NotAuthorized));

        await Agent("new").AuthorizeAsync();
    }

    [Fact]
    public async Task A7_an_attacker_with_a_connection_each_time_takes_turns_and_time_gives_them_back()
    {
        TestAgent member = Agent("member");
        await member.AuthorizeAsync();
        await GuessAsync();
        await TakeTurnsAsync();
        (await ReasonAsync(() => Agent("new").AuthorizeAsync())).ShouldBe(Reasons.RateLimited);

        await member.RegisterAsync();
        TestAgent renewing = Agent("member", member.Key);
        await renewing.AuthorizeAsync(renewing: member.Token);

        _time.Advance(TimeSpan.FromSeconds(1));
        await Agent("new").AuthorizeAsync();
    }

    [Fact]
    public async Task A12_a_made_up_token_takes_a_turn_like_any_stranger()
    {
        TestAgent member = Agent("member");
        await member.AuthorizeAsync();
        string[] parts = member.Token.Split('.');
        string[] made = ["x", "a.b.c", $"{parts[0]}.e30.{parts[2]}"];
        await GuessAsync();
        (await ReasonAsync(() => Thief(made[2]).RegisterAsync())).ShouldBe(Reasons.TokenInvalid, "it had a turn, and was looked at");
        await TakeTurnsAsync();

        foreach (string token in made)
        {
            (await ReasonAsync(() => Thief(token).RegisterAsync())).ShouldBe(Reasons.RateLimited);
            (await ReasonAsync(() => Thief(token).AuthorizeAsync(renewing: token))).ShouldBe(Reasons.RateLimited);
            (await ReasonAsync(() => Thief(token).ConnectAsync())).ShouldBe(Reasons.RateLimited);
        }
    }

    private TestAgent Thief(string token)
    {
        TestAgent thief = Agent("thief");
        thief.Token = token;
        return thief;
    }

    private TestAgent Agent(string name, TestAgentKey? key = null)
    {
        GrpcChannel channel = ProxyHeaders.Channel(_replica.Address, _replica.CertificateAuthorityPath, System.Net.IPAddress.Loopback, null);
        lock (_channels)
        {
            _channels.Add(channel);
        }

        return _plane.Agent(name, key, channel, _time.GetUtcNow());
    }

    private TestAgent Outsider(string name)
    {
        TestAgent agent = Agent(name);
        agent.Credential = uid =>
        {
            JsonObject claims = _plane.Issuer.Claims(uid, agent.Now, name);
            claims["custom_attributes"]!["role"] = "details";
            return _plane.Issuer.Sign(claims);
        };
        return agent;
    }

    private static async Task<string> ReasonAsync(Func<Task> call) => (await TestAgent.RefusedAsync(call)).Reason;

    // With a connection each, until there are none.
    private async Task TakeTurnsAsync()
    {
        string reason = "";
        for (int i = 0; i < 200 && reason != Reasons.RateLimited; i++)
        {
            TestAgent guesser = Agent("guesser");
            guesser.Credential = _ => "a.b.c";
            reason = await ReasonAsync(() => guesser.AuthorizeAsync());
        }

        reason.ShouldBe(Reasons.RateLimited);
    }

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
