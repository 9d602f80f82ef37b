using System.Text.Json.Nodes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Meta;
using Onboarding.Endpoint.Hosting;
using Onboarding.Endpoint.Tokens;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Keys;
using Onboarding.Plane.Refusals;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A new signing key makes no agent authorize again, and an old one is worth nothing a token's life later.</summary>
public sealed class TokenKeyRotationTests
{
    private const string Plane = "plane-uid-1";
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Tokens_of_the_previous_key_are_good_for_one_token_life()
    {
        TokenKeys before = TokenKeysSecret.Create(_time.GetUtcNow());
        string token = OnboardingTokenIssuer.Issue(Claims(TimeSpan.FromDays(1)), Plane, before);
        TokenKeys after = Stored(TokenKeysSecret.Rotate(before, _time.GetUtcNow(), Life));
        var reader = new OnboardingTokenReader(_time);

        after.SigningKeyId.ShouldNotBe(before.SigningKeyId);
        after.ChallengeKey.ShouldBe(before.ChallengeKey, "challenges that are under way stay good");
        reader.Read(token, Plane, after).Registration.ShouldBe("ratings-jwt-corp--host-1");
        _time.Advance(Life - TimeSpan.FromSeconds(1));
        reader.Read(token, Plane, after).Id.ShouldBe("1");
        _time.Advance(TimeSpan.FromSeconds(1));
        Should.Throw<RefusedException>(() => reader.Read(token, Plane, after)).Refusal.Reason.ShouldBe(Reasons.TokenInvalid);
    }

    [Fact]
    public void A_key_that_is_done_leaves_with_the_next_rotation()
    {
        TokenKeys first = TokenKeysSecret.Create(_time.GetUtcNow());
        TokenKeys second = TokenKeysSecret.Rotate(first, _time.GetUtcNow(), Life);
        TokenKeys soon = TokenKeysSecret.Rotate(second, _time.GetUtcNow(), Life);
        soon.Retired.Select(k => k.KeyId).ShouldBe([first.SigningKeyId, second.SigningKeyId]);
        _time.Advance(Life);

        TokenKeys later = Stored(TokenKeysSecret.Rotate(second, _time.GetUtcNow(), Life));

        later.Retired.ShouldHaveSingleItem().KeyId.ShouldBe(second.SigningKeyId);
    }

    [Fact]
    public void A_token_that_names_a_retired_key_but_was_signed_by_another_is_refused()
    {
        TokenKeys keys = TokenKeysSecret.Rotate(TokenKeysSecret.Create(_time.GetUtcNow()), _time.GetUtcNow(), Life);
        TokenKeys forged = TokenKeysSecret.Create(_time.GetUtcNow()) with { SigningKeyId = keys.Retired[0].KeyId };
        string token = OnboardingTokenIssuer.Issue(Claims(Life), Plane, forged);

        Should.Throw<RefusedException>(() => new OnboardingTokenReader(_time).Read(token, Plane, keys))
            .Refusal.Reason.ShouldBe(Reasons.TokenInvalid);
    }

    [Fact]
    public void The_keys_never_print_themselves()
    {
        TokenKeys keys = TokenKeysSecret.Create(_time.GetUtcNow());

        keys.ToString().ShouldNotContain(Convert.ToBase64String(keys.ChallengeKey));
        keys.ToString().ShouldNotContain(Convert.ToBase64String(keys.SigningKey.D!));
    }

    [Fact]
    public async Task The_leader_replaces_a_key_of_a_month_ago_and_nobody_notices()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        V1Secret secret = await plane.Client.GetAsync<V1Secret>("istio-system", ClusterState.TokenKeysSecret);
        TokenKeys old = TokenKeysSecret.TryRead(secret.Data)!;
        await plane.Client.UpdateAsync(
            secret with { Data = TokenKeysSecret.Write(old with { CreatedAt = plane.Time.GetUtcNow().AddDays(-31) }) });

        await plane.RestartAsync();

        await Eventually.Is(
            async () => (await plane.Client.GetAsync<V1Secret>("istio-system", ClusterState.TokenKeysSecret)).Data.ContainsKey($"retired.{old.SigningKeyId}"),
            "the leader rotates the key");
        (await agent.RegisterAsync()).Registration.ShouldBe("ratings-jwt-corp--host-1", "the token of the old key is good");
        await agent.AuthorizeAsync();
        OnboardingTokenReader.KeyIdOf(agent.Token).ShouldNotBe(old.SigningKeyId);
    }

    [Fact]
    public async Task A9_Emptying_the_keys_invalidates_every_token_and_new_ones_are_made()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        string? old = OnboardingTokenReader.KeyIdOf(agent.Token);

        await plane.Client.PatchAsync<V1Secret>(
            "istio-system", ClusterState.TokenKeysSecret, V1Patch.Merge(new JsonObject { ["data"] = null }));

        await Eventually.Is(
            async () => TokenKeysSecret.TryRead((await plane.Client.GetAsync<V1Secret>("istio-system", ClusterState.TokenKeysSecret)).Data) is { } made
                && made.SigningKeyId != old,
            "new keys");
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync())).Reason.ShouldBeOneOf(Reasons.TokenInvalid, Reasons.PlaneNotReady);
        await Eventually.Is(async () => await AuthorizesAsync(agent), "agents authorize again");
        OnboardingTokenReader.KeyIdOf(agent.Token).ShouldNotBe(old);
        (await agent.RegisterAsync()).Registration.ShouldBe("ratings-jwt-corp--host-1");
    }

    [Fact]
    public async Task A9_A_Secret_that_is_missing_is_not_made_but_named_with_the_command_that_makes_it()
    {
        await using TestPlane plane = await TestPlane.StartAsync();

        await plane.Client.DeleteAsync<V1Secret>("istio-system", ClusterState.TokenKeysSecret);

        const string Command = "kubectl -n istio-system create secret generic onboarding-token-keys";
        await Eventually.Is(() => plane.Log.Text.Contains(Command, StringComparison.Ordinal), "the command");
        EndpointRunner runner = plane.Endpoint.Services.GetRequiredService<EndpointRunner>();
        runner.NotReadyBecause.ShouldNotBeNull().ShouldContain(Command);
        (await plane.Client.TryGetAsync<V1Secret>("istio-system", ClusterState.TokenKeysSecret)).ShouldBeNull();

        await plane.Client.CreateAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = ClusterState.TokenKeysSecret, Namespace = "istio-system" } });

        await Eventually.Is(async () => await AuthorizesAsync(plane.Agent()), "the endpoint fills it");
    }

    [Fact]
    public async Task A9_What_is_shipped_is_empty_kept_and_leaves_keys_alone_when_it_is_applied_again()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        string shipped = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy/token-keys/secret.yaml"), TestContext.Current.CancellationToken);
        shipped.ShouldContain("helm.sh/resource-policy: keep");
        shipped.Split('\n').ShouldNotContain(line => line.StartsWith("data", StringComparison.Ordinal) || line.StartsWith("stringData", StringComparison.Ordinal));
        IReadOnlyDictionary<string, byte[]> keys = (await plane.Client.GetAsync<V1Secret>("istio-system", ClusterState.TokenKeysSecret)).Data;
        var applied = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = ClusterState.TokenKeysSecret, ["namespace"] = "istio-system" },
            ["type"] = "Opaque",
        };

        V1Secret after = await plane.Client.PatchAsync<V1Secret>(
            "istio-system", ClusterState.TokenKeysSecret, V1Patch.Apply(applied), new PatchOptions { FieldManager = "helm", Force = true });

        after.Data.Keys.Order().ShouldBe(keys.Keys.Order());
    }

    private static async Task<bool> AuthorizesAsync(TestAgent agent)
    {
        try
        {
            await agent.AuthorizeAsync();
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private static TokenKeys Stored(TokenKeys keys) => TokenKeysSecret.TryRead(TokenKeysSecret.Write(keys))!;

    private OnboardingTokenClaims Claims(TimeSpan life) => new()
    {
        Workload = new WorkloadIdentity { Jwt = new JwtIdentity { Issuer = "https://id.corp.example", Subject = "host-1" } },
        GroupNamespace = "bookinfo",
        GroupName = "ratings",
        Registration = "ratings-jwt-corp--host-1",
        Thumbprint = "key",
        Id = "1",
        IssuedAt = _time.GetUtcNow(),
        ExpiresAt = _time.GetUtcNow() + life,
    };
}
