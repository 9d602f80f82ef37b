using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>A join token is good once, for one group, and nowhere stored. SPIRE 1.14.6 let two clients have the same one.</summary>
public sealed class Case30JoinTokenTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Fact]
    public async Task Case30_of_fifty_clients_that_present_one_token_at_once_exactly_one_gets_in()
    {
        JoinTokenText token = await Platforms.CreateJoinTokenAsync("rack-50");

        // A replica that hasn't heard of the token yet says that there is none.
        await Platforms.OneOfManyAsync(
            50, PlatformCredentials.Join(token), Reasons.CredentialReplayed, Reasons.KeyMismatch, Reasons.CredentialUnknown);
    }

    [Fact]
    public async Task Case30_a_used_token_lets_nobody_else_in_not_even_when_its_machine_has_left()
    {
        JoinTokenText token = await Platforms.CreateJoinTokenAsync("rack-left");
        TestAgent owner = await Platforms.AdmitAsync((_, _) => PlatformCredentials.Join(token));
        await owner.UnregisterAsync();

        await Platforms.RefuseAsync(Reasons.KeyMismatch, (_, _) => PlatformCredentials.Join(token));
        await Platforms.Plane.Client.DeleteAsync<WorkloadKeyBinding>(
            "istio-system", KeyBindingOf(token));
        await Eventually.Is(
            async () => await ReasonAsync(token) == Reasons.CredentialReplayed, "the binding is gone, the use of the token isn't");
    }

    [Fact]
    public async Task A6_a_member_whose_join_token_was_deleted_gets_nothing_by_the_onboarding_token_it_still_has()
    {
        JoinTokenText token = await Platforms.CreateJoinTokenAsync("rack-deleted");
        TestAgent member = await Platforms.AdmitAsync((_, _) => PlatformCredentials.Join(token));
        using (TestSession session = await member.ConnectAsync())
        {
            await session.NextAsync(Onboarding.Api.Rpc.PlaneMessage.MessageOneofCase.BootConfiguration);
        }

        await Platforms.Plane.Client.DeleteAsync<JoinToken>(TestPlane.Namespace, token.Name);

        await Eventually.Is(async () => await ReasonAsync(token) == Reasons.CredentialUnknown, "the plane has heard of it");
        (await TestAgent.RefusedAsync(() => member.RegisterAsync())).Reason.ShouldBe(Reasons.CredentialUnknown);
        using TestSession again = await member.ConnectAsync(epoch: 1);
        TestAgent.ReasonOf((await again.EndAsync())!).Reason.ShouldBe(Reasons.CredentialUnknown);
    }

    [Fact]
    public async Task Case30_the_machine_whose_answer_was_lost_may_ask_again()
    {
        JoinTokenText token = await Platforms.CreateJoinTokenAsync("rack-again");
        using var key = new TestAgentKey();
        TestAgent first = await Platforms.AdmitAsync((_, _) => PlatformCredentials.Join(token), key);

        TestAgent again = await Platforms.AdmitAsync((_, _) => PlatformCredentials.Join(token), key);

        again.RegistrationUid.ShouldBe(first.RegistrationUid);
    }

    [Fact]
    public async Task Case30_a_token_is_good_for_its_own_group_alone()
    {
        JoinTokenText token = await Platforms.CreateJoinTokenAsync("rack-reviews", group: "reviews");

        await Refused(Reasons.CredentialGroup, (_, _) => PlatformCredentials.Join(token));

        (await Platforms.AdmitAsync((_, _) => PlatformCredentials.Join(token), group: "reviews")).Registration.ShouldStartWith("reviews-");
    }

    [Fact]
    public async Task Case30_a_token_that_is_expired_unknown_wrong_or_deleted_is_refused()
    {
        JoinTokenText expired = await Platforms.CreateJoinTokenAsync("rack-old", life: TimeSpan.FromSeconds(-1));
        JoinTokenText good = await Platforms.CreateJoinTokenAsync("rack-deleted");

        await Refused(Reasons.CredentialExpired, (_, _) => PlatformCredentials.Join(expired));
        await Refused(Reasons.CredentialUnknown, (_, _) => PlatformCredentials.Join(JoinTokenText.Create("bookinfo", "rack-none")), "never made");
        await Refused(Reasons.CredentialUnknown, (_, _) => PlatformCredentials.Join(JoinTokenText.Create("bookinfo", "rack-deleted")), "another secret");
        await Platforms.Plane.Client.DeleteAsync<JoinToken>("bookinfo", "rack-deleted");
        await Eventually.Is(async () => await ReasonAsync(good) == Reasons.CredentialUnknown, "the token was deleted");
    }

    [Fact]
    public async Task Case30_a_token_that_no_policy_names_lets_nobody_in_and_is_not_used_up()
    {
        JoinTokenText token = await Platforms.CreateJoinTokenAsync("desk-1");

        await Refused(Reasons.NotAuthorized, (_, _) => PlatformCredentials.Join(token));
    }

    [Fact]
    public async Task Case30_nothing_that_is_stored_or_logged_holds_the_token()
    {
        JoinTokenText token = await Platforms.CreateJoinTokenAsync("rack-secret");
        await Platforms.AdmitAsync((_, _) => PlatformCredentials.Join(token));
        await Refused(Reasons.KeyMismatch, (_, _) => PlatformCredentials.Join(token));
        string secret = token.Value.Split('.')[^1];
        KubernetesClient client = Platforms.Plane.Client;

        string stored = string.Join('\n',
        [
            .. (await client.ListAsync<JoinToken>(null)).Items.Select(o => o.ToJson().ToJsonString()),
            .. (await client.ListAsync<CredentialUse>(null)).Items.Select(o => o.ToJson().ToJsonString()),
            .. (await client.ListAsync<WorkloadKeyBinding>(null)).Items.Select(o => o.ToJson().ToJsonString()),
            .. (await client.ListAsync<WorkloadAutoRegistration>(null)).Items.Select(o => o.ToJson().ToJsonString()),
        ]);

        stored.ShouldNotContain(secret);
        stored.ShouldContain(token.Hash);
        Platforms.Plane.Log.Text.ShouldNotContain(secret);
        token.ToString().ShouldNotContain(secret);
    }

    private static string KeyBindingOf(JoinTokenText token) => Onboarding.Api.Identity.KeyBindingName.ForIdentity(new Onboarding.Api.Identity.WorkloadIdentity
    {
        JoinToken = new Onboarding.Api.Identity.JoinTokenIdentity { Namespace = token.Namespace, Name = token.Name },
    });

    /// <summary>Why the plane refuses the token to a new machine; null: it doesn't, as it hasn't heard yet of what was just deleted.</summary>
    private async Task<string?> ReasonAsync(JoinTokenText token)
    {
        TestAgent agent = Platforms.Plane.Agent();
        agent.Present = (_, _) => PlatformCredentials.Join(token);
        try
        {
            await agent.AuthorizeAsync();
            return null;
        }
        catch (RpcException refusal)
        {
            return TestAgent.ReasonOf(refusal).Reason;
        }
    }
}
