using System.Collections.Concurrent;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Operator.Loops;
using Onboarding.Operator.Upkeep;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Settings;
using Onboarding.Plane.Telemetry;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>An identity has one key and a key one identity, at every replica and after every restart.</summary>
public sealed class KeyBindingTests
{
    [Fact]
    public async Task One_key_at_two_replicas_at_once_is_bound_to_one_of_two_identities()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        await using TestReplica replica = await TestReplica.StartAsync(plane, plane.KubeconfigPath);
        for (int round = 0; round < 10; round++)
        {
            using var key = new TestAgentKey();
            string?[] refused = await Task.WhenAll(
                RefusalOfAsync(plane.Agent($"host-a-{round}", key)),
                RefusalOfAsync(plane.Agent($"host-b-{round}", key, replica.Channel)));

            refused.Count(r => r is null).ShouldBe(1, string.Join(", ", refused));
            refused.ShouldContain(Reasons.KeyInUse);
            (await BindingsAsync(plane)).Count(b => b.Spec!.Jkt == key.Public.Thumbprint).ShouldBe(1);
        }
    }

    [Fact]
    public async Task One_identity_at_two_replicas_at_once_is_bound_to_one_of_two_keys()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        await using TestReplica replica = await TestReplica.StartAsync(plane, plane.KubeconfigPath);
        for (int round = 0; round < 10; round++)
        {
            TestAgent one = plane.Agent($"host-{round}");
            TestAgent other = plane.Agent($"host-{round}", through: replica.Channel);
            await Task.WhenAll(JoinAsync(one), JoinAsync(other));

            // A binding without a registration may still change hands; with one it may not.
            WorkloadKeyBinding binding = (await BindingsAsync(plane)).Single(b => b.Spec!.Identity.EndsWith($" host-{round}", StringComparison.Ordinal));
            TestAgent holder = binding.Spec!.Jkt == one.Key.Public.Thumbprint ? one : other;
            await Eventually.Is(async () => await RefusalOfAsync(holder == one ? other : one) == Reasons.KeyMismatch, "the other is refused");
            (await RefusalOfAsync(holder)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_key_that_another_identity_took_while_it_replaced_one_is_given_back()
    {
        using var directory = new TemporaryDirectory();
        await using TestPlane plane = await TestPlane.StartAsync();
        await using CountingProxy proxy = await CountingProxy.StartAsync(plane.KubeconfigPath, directory);
        await using TestReplica replica = await TestReplica.StartAsync(plane, proxy.KubeconfigPath);
        TestAgent before = plane.Agent("reinstalled");
        await before.AdmitAsync();
        await before.UnregisterAsync();
        using var key = new TestAgentKey();
        TestAgent after = plane.Agent("reinstalled", key, replica.Channel);
        await Eventually.Is(async () => await after.RefusalAsync() is null, "the old key's holder is gone");

        // Between the replica's look and its write another identity comes with the key, at another replica.
        int writes = 0;
        proxy.Fault = request =>
        {
            if (request == "PUT workloadkeybindings" && Interlocked.Increment(ref writes) == 1)
            {
                plane.Agent("other", key).AdmitAsync().GetAwaiter().GetResult();
            }

            return null;
        };

        (await RefusalOfAsync(after)).ShouldBe(Reasons.KeyInUse);
        WorkloadKeyBinding holder = (await BindingsAsync(plane)).Single(b => b.Spec!.Jkt == key.Public.Thumbprint);
        holder.Spec!.Identity.ShouldEndWith(" other");
        (await RefusalOfAsync(before)).ShouldBeNull("it has its key again");
    }

    [Fact]
    public async Task Hosts_that_share_a_subject_join_each_with_its_own_key_under_a_name_of_its_own()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        await plane.Client.PatchAsync<Onboarding.Api.Install.OnboardingPlane>(
            "istio-system",
            Onboarding.Api.Install.OnboardingPlane.DefaultName,
            Onboarding.Kubernetes.V1Patch.Json(System.Text.Json.Nodes.JsonNode.Parse(
                """[{"op": "add", "path": "/spec/workloads/authentication/jwt/issuers/0/subjectIs", "value": "Shared"}]""")!));
        await Eventually.Is(
            async () =>
            {
                TestAgent probe = plane.Agent("fleet");
                return await probe.RefusalAsync() is null && probe.Registration.Contains("-h-", StringComparison.Ordinal);
            },
            "the plane knows that the subject is shared");
        TestAgent one = plane.Agent("fleet");
        TestAgent other = plane.Agent("fleet");

        foreach (TestAgent agent in (TestAgent[])[one, other, one])
        {
            await agent.AdmitAsync();
            agent.Registration.ShouldBe($"ratings-jwt-corp--{SharedSubject.ForKey("fleet", agent.Key.Public.Thumbprint)}");
        }

        (await BindingsAsync(plane)).Count(b => b.Spec!.Jkt == one.Key.Public.Thumbprint || b.Spec.Jkt == other.Key.Public.Thumbprint).ShouldBe(2);
    }

    [Fact]
    public async Task A_binding_outlives_the_registration_and_the_plane()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        await plane.ConfigureAsync(new() { ["keyBinding"] = new System.Text.Json.Nodes.JsonObject { ["onNewKey"] = "Refuse" } });
        TestAgent agent = plane.Agent();
        await Eventually.Is(async () => await RefusalOfAsync(agent) is null, "the configuration is in force");
        await agent.UnregisterAsync();
        await plane.RestartAsync();

        (await RefusalOfAsync(plane.Agent())).ShouldBe(Reasons.KeyMismatch);
        (await RefusalOfAsync(agent)).ShouldBeNull("it has the key");
    }

    [Fact]
    public async Task Epochs_are_known_after_a_restart_and_at_every_replica()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        using (TestSession first = await agent.JoinAsync())
        {
            await first.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        }

        await plane.RestartAsync();
        using TestSession second = await agent.ConnectAsync(epoch: 1);
        (await second.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established.Epoch.ShouldBe(2);
        await second.SendAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = 2 } });
        await using TestReplica replica = await TestReplica.StartAsync(plane, plane.KubeconfigPath);
        TestAgent copy = plane.Agent(key: agent.Key, through: replica.Channel);
        copy.Token = agent.Token;
        copy.RegistrationUid = agent.RegistrationUid;

        using TestSession cloned = await copy.ConnectAsync(epoch: 0);

        TestAgent.ReasonOf((await cloned.EndAsync())!).Reason.ShouldBe(Reasons.PossibleClone);
    }

    [Fact]
    public async Task The_leader_deletes_a_binding_that_nobody_used_for_the_retention_time_and_no_other()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent gone = plane.Agent("gone");
        await gone.AdmitAsync();
        await gone.UnregisterAsync();
        TestAgent member = plane.Agent("member");
        await member.AdmitAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var cluster = new ClusterState(plane.Client, "istio-system");
        using var stop = new CancellationTokenSource();
        Task following = cluster.RunAsync(stop.Token);
        await cluster.HasSynced;
        var audit = new Lines();
        var expired = new ExpiredBindings(
            plane.Client,
            cluster,
            new AuditLog(audit, new PlaneMetrics(), time),
            plane.Operator.GetRequiredService<PlaneConfiguration>(),
            time,
            plane.Log.CreateLogger<ExpiredBindings>());
        Task expiring = new LeaderLoop(expired, new ReconcileMetrics(new PlaneMetrics(), time), time, plane.Log.CreateLogger<LeaderLoop>())
            .RunAsync(stop.Token);

        await PassAsync(time, async () => (await BindingsAsync(plane)).Any(b => b.Metadata.Annotations.ContainsKey(WellKnownAnnotations.UnusedSince)), "it is marked");
        time.Advance(TimeSpan.FromDays(29));
        await PassAsync(time, () => Task.FromResult(true), "a look");
        (await BindingsAsync(plane)).Count.ShouldBe(2, "the retention time isn't over");
        time.Advance(TimeSpan.FromDays(2));
        await PassAsync(time, async () => (await BindingsAsync(plane)).Count == 1, "it is deleted");

        (await BindingsAsync(plane)).Single().Spec!.Identity.ShouldBe(CanonicalIdentity.Serialize(new WorkloadIdentity
        {
            Jwt = new JwtIdentity { Issuer = plane.Issuer.Name, Subject = "member" },
        }));
        await Eventually.Is(() => !audit.All.IsEmpty, "the audit record, which follows the deletion");
        System.Text.Json.Nodes.JsonNode.Parse(audit.All.ShouldHaveSingleItem())!["detail"]!.GetValue<string>().ShouldBeGolden();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(expiring);
        await following;
    }

    private static Task PassAsync(FakeTimeProvider time, Func<Task<bool>> until, string what) => Eventually.Is(
        () =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return until();
        },
        what);

    private static async Task JoinAsync(TestAgent agent)
    {
        try
        {
            await agent.AdmitAsync();
        }
        catch (RpcException)
        {
            // One of two is refused, at one step or the other.
        }
    }

    private static async Task<IReadOnlyList<WorkloadKeyBinding>> BindingsAsync(TestPlane plane) =>
        (await plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items;

    private static async Task<string?> RefusalOfAsync(TestAgent agent)
    {
        try
        {
            await agent.AdmitAsync();
            return null;
        }
        catch (RpcException e)
        {
            ErrorInfo info = TestAgent.ReasonOf(e);
            return info.Reason;
        }
    }

    private sealed class Lines : IAuditSink
    {
        public ConcurrentQueue<string> All { get; } = new();

        public void Write(string line) => All.Enqueue(line);
    }
}
