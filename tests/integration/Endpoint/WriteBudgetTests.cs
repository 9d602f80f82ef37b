using Onboarding.Api.Istio;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>What a join, a reconnect and a heartbeat cost the Kubernetes API, counted by a proxy before it.</summary>
public sealed class WriteBudgetTests : IAsyncLifetime
{
    // Is still: what is written now and then, however slow the machine is, isn't written meanwhile.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TemporaryDirectory _directory = new();
    private TestPlane _plane = null!;
    private CountingProxy _proxy = null!;
    private TestReplica _replica = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _proxy = await CountingProxy.StartAsync(_plane.KubeconfigPath, _directory);
        _replica = await TestReplica.StartAsync(_plane, _proxy.KubeconfigPath, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        await _proxy.DisposeAsync();
        await _plane.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_first_join_is_four_writes_and_no_read_and_its_account_s_first_a_token()
    {
        // They stay connected: a session that ends is a write too.
        var sessions = new List<TestSession>();
        for (int i = 1; i <= 5; i++)
        {
            TestAgent agent = _plane.Agent($"host-{i}", through: _replica.Channel, now: _time.GetUtcNow());
            _proxy.Reset();

            sessions.Add(await agent.JoinAsync());
            await sessions[^1].NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);

            string[] token = i == 1 ? ["POST serviceaccounts/token"] : [];
            _proxy.Requests.ShouldBe(
            [
                "POST workloadkeybindings",
                "POST workloadautoregistrations",
                "PATCH workloadentries",
                "PUT workloadautoregistrations/status",
                .. token,
            ]);
        }

        sessions.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_heartbeat_costs_nothing()
    {
        TestAgent agent = _plane.Agent(through: _replica.Channel, now: _time.GetUtcNow());
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        _proxy.Reset();

        for (int i = 0; i < 20; i++)
        {
            await session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
            await session.NextAsync(PlaneMessage.MessageOneofCase.Heartbeat);
        }

        _proxy.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reconnect_is_one_write_for_the_loss_and_one_for_the_return()
    {
        TestAgent agent = _plane.Agent(through: _replica.Channel, now: _time.GetUtcNow());
        Onboarding.Api.Rpc.BootConfiguration boot;
        using (TestSession session = await agent.JoinAsync())
        {
            boot = (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
            await session.SendAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = 1 } });
            _proxy.Reset();
        }

        await Eventually.Is(
            async () => (await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration)).Status!.ActiveAgentConnection is null,
            "the loss is written");
        using TestSession back = await agent.ConnectAsync(epoch: 1, proof =>
        {
            proof.BootConfiguration = boot.Version;
            proof.IstioTokenExpiresAt = boot.IstioToken.ExpiresAt;
        });
        await back.NextAsync(PlaneMessage.MessageOneofCase.Established);

        _proxy.Requests.ShouldBe(["PUT workloadautoregistrations/status", "PUT workloadautoregistrations/status"]);
    }

    [Fact]
    public async Task Replicas_that_register_one_workload_at_once_make_one_registration()
    {
        TestAgent here = _plane.Agent();
        TestAgent there = _plane.Agent(key: here.Key, through: _replica.Channel, now: _time.GetUtcNow());

        await Task.WhenAll(here.AuthorizeAsync(), there.AuthorizeAsync());
        await Task.WhenAll(here.RegisterAsync(), there.RegisterAsync());

        there.RegistrationUid.ShouldBe(here.RegistrationUid);
        (await _plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items.ShouldHaveSingleItem();
        (await _plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items.ShouldHaveSingleItem();
        (await _plane.Client.ListAsync<WorkloadEntry>("bookinfo")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_registration_made_by_one_replica_is_connected_to_by_another()
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        TestAgent moved = _plane.Agent(key: agent.Key, through: _replica.Channel, now: _time.GetUtcNow());
        moved.Token = agent.Token;
        moved.RegistrationUid = agent.RegistrationUid;

        using TestSession session = await moved.ConnectAsync();

        (await session.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established.Instance.ShouldBe("plane-b");
    }
}
