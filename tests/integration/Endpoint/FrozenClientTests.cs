using Onboarding.Api.Istio;
using Onboarding.Testing;
using Onboarding.Tests.FrozenClient;
using Onboarding.Tests.FrozenClient.Rpc;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Today's endpoint serves agents of the last release: machines are upgraded long after the plane is.</summary>
public sealed class FrozenClientTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task An_agent_of_the_last_release_joins_renews_and_leaves()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var agent = new FrozenAgent(
            _plane.Channel,
            TestPlane.Namespace,
            TestPlane.Group,
            audience => _plane.Issuer.Sign(_plane.Issuer.Claims(audience, _plane.Time.GetUtcNow(), "frozen-1")));

        (await agent.AuthorizeAsync()).Token.ShouldNotBeEmpty();
        RegisterWorkloadResponse registered = await agent.RegisterAsync("10.1.2.3");
        FrozenClient.Rpc.BootConfiguration boot = await agent.ConnectAsync(patience.Token);
        boot.RegistrationUid.ShouldBe(registered.RegistrationUid);
        boot.ClusterEnv.ShouldContain("ISTIO_META_");
        boot.IstioToken.Token.ShouldNotBeEmpty();
        await agent.RenewAsync(boot, patience.Token);
        (await _plane.Client.TryGetAsync<WorkloadEntry>(TestPlane.Namespace, registered.Registration)).ShouldNotBeNull();

        (await agent.UnregisterAsync()).PropagationDelay.ShouldNotBeNull();

        (await _plane.Client.TryGetAsync<WorkloadEntry>(TestPlane.Namespace, registered.Registration)).ShouldBeNull();
    }
}
