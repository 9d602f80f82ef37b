using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.Discovery;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>What the plane needs fails: no one gets in for it, and everybody gets in when it is back.</summary>
public sealed class OutageCaseTests : IAsyncLifetime
{
    private static readonly TestInstance Instance = new() { Id = "i-0888888888888888a" };
    private readonly AwsPlane _aws = new();
    private readonly TemporaryDirectory _directory = new();

    public ValueTask InitializeAsync() => _aws.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _aws.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(302)]
    public async Task Case46_while_AWS_does_not_answer_nobody_gets_in_and_then_everybody_does(int status)
    {
        TestAgent agent = _aws.Ec2Agent(Instance, role: _aws.Role(Instance.Id));
        _aws.Aws.Instead = http => LoopbackServer.StatusAsync(http, status);

        RpcException refused = null!;
        await _aws.RefusedAsync(
            async () =>
            {
                refused = await Should.ThrowAsync<RpcException>(agent.AuthorizeAsync());
                throw refused;
            },
            Reasons.IssuerUnavailable,
            code: StatusCode.Unavailable);

        HasRetryInfo(refused).ShouldBeTrue();
        _aws.Aws.Instead = null;
        await agent.AuthorizeAsync();
    }

    [Theory]
    [InlineData(409, Reasons.RecordConflict)]
    [InlineData(410, Reasons.KubernetesUnavailable)]
    [InlineData(429, Reasons.KubernetesUnavailable)]
    [InlineData(500, Reasons.KubernetesUnavailable)]
    [InlineData(403, Reasons.PlaneNotPermitted)]
    public async Task Case48_while_Kubernetes_does_not_take_writes_nobody_gets_in_and_then_everybody_does(int status, string reason)
    {
        await using CountingProxy proxy = await CountingProxy.StartAsync(_aws.Plane.KubeconfigPath, _directory);
        await using TestReplica replica = await TestReplica.StartAsync(_aws.Plane, proxy.KubeconfigPath, options: _aws.Options);
        TestAgent agent = _aws.Ec2Agent(Instance, through: replica.Channel);
        proxy.Fault = request => request == "POST workloadkeybindings" ? status : null;

        await _aws.RefusedAsync(() => agent.AdmitAsync(), reason, code: StatusCode.Unavailable, auditLog: replica.AuditLog);

        proxy.Fault = _ => null;
        await agent.AdmitAsync();
    }

    [Theory]
    [InlineData("POST workloadautoregistrations", 409)]
    [InlineData("POST workloadautoregistrations", 500)]
    [InlineData("POST workloadautoregistrations", 403)]
    [InlineData("PATCH workloadentries", 409)]
    [InlineData("PATCH workloadentries", 429)]
    [InlineData("PATCH workloadentries", 403)]
    public async Task Case48_a_registration_that_Kubernetes_does_not_take_is_refused_and_then_taken(string write, int status)
    {
        // 403 is also what an admission webhook answers that denies a write; 409 a resourceVersion that is stale.
        await using CountingProxy proxy = await CountingProxy.StartAsync(_aws.Plane.KubeconfigPath, _directory);
        await using TestReplica replica = await TestReplica.StartAsync(_aws.Plane, proxy.KubeconfigPath, options: _aws.Options);
        TestAgent agent = _aws.Ec2Agent(Instance, through: replica.Channel);
        await agent.AuthorizeAsync();
        proxy.Fault = request => request == write ? status : null;

        ErrorInfo refusal = await TestAgent.RefusedAsync(() => agent.RegisterAsync(), StatusCode.Unavailable);

        refusal.Reason.ShouldBe(status switch { 409 => Reasons.RecordConflict, 403 => Reasons.PlaneNotPermitted, _ => Reasons.KubernetesUnavailable });
        (await AuditLines.FindAsync(replica.AuditLog, refusal.Metadata["correlationId"]))["outcome"]!.GetValue<string>().ShouldBe("deny");
        (await _aws.Plane.Client.ListAsync<Onboarding.Api.Istio.WorkloadEntry>(null)).Items.ShouldBeEmpty("nobody is sent traffic");
        proxy.Fault = _ => null;
        await agent.RegisterAsync();
        (await _aws.Plane.Client.ListAsync<Onboarding.Api.Istio.WorkloadEntry>(null)).Items.ShouldHaveSingleItem();
        (await _aws.Plane.Client.ListAsync<Onboarding.Api.Runtime.WorkloadAutoRegistration>(null)).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Case48_while_Kubernetes_takes_a_write_and_never_answers_the_caller_is_told_in_time_and_nobody_gets_in()
    {
        await using CountingProxy proxy = await CountingProxy.StartAsync(_aws.Plane.KubeconfigPath, _directory);
        var clock = new FakeTimeProvider();
        await using TestReplica replica =
            await TestReplica.StartAsync(_aws.Plane, proxy.KubeconfigPath, options: o => _aws.Options(o) with { CallClock = clock });
        TestAgent agent = _aws.Ec2Agent(Instance, through: replica.Channel);
        proxy.Hangs = request => request == "POST workloadkeybindings";

        Task refused = _aws.RefusedAsync(
            () => agent.AdmitAsync(), Reasons.KubernetesUnavailable, code: StatusCode.Unavailable, auditLog: replica.AuditLog);
        await Eventually.Is(() => proxy.Requests.Contains("POST workloadkeybindings") || refused.IsCompleted, "the plane waits for Kubernetes");
        clock.Advance(CallPatience.Limit);
        await refused;

        proxy.Hangs = _ => false;
        await agent.AdmitAsync();
    }

    [Fact]
    public async Task Case46_while_AWS_takes_a_request_and_never_answers_the_caller_is_told_in_time_and_nobody_gets_in()
    {
        var clock = new FakeTimeProvider();
        await using TestReplica replica = await TestReplica.StartAsync(
            _aws.Plane, _aws.Plane.KubeconfigPath, options: o => _aws.Options(o) with { CallClock = clock });
        TestAgent agent = _aws.Ec2Agent(Instance, role: _aws.Role(Instance.Id), through: replica.Channel);
        var asked = new TaskCompletionSource();
        _aws.Aws.Instead = async http =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };

        Task refused = _aws.RefusedAsync(
            () => agent.AuthorizeAsync(), Reasons.IssuerUnavailable, code: StatusCode.Unavailable, auditLog: replica.AuditLog);
        await Task.WhenAny(asked.Task, refused);
        clock.Advance(CallPatience.Limit);
        await refused;

        _aws.Aws.Instead = null;
        await agent.AuthorizeAsync();
    }

    [Fact]
    public async Task Case49_a_join_needs_no_leader_and_goes_on_at_another_replica()
    {
        // Leader loss in the middle of a join has no meaning here: the leader only takes out lost members, rotates keys and lets bindings expire.
        // What may be lost is the replica that a join began at.
        TestAgent agent;
        await using (TestReplica replica = await TestReplica.StartAsync(_aws.Plane, _aws.Plane.KubeconfigPath, options: _aws.Options))
        {
            agent = _aws.Ec2Agent(Instance, through: replica.Channel);
            await agent.AuthorizeAsync();
        }

        TestAgent goesOn = _aws.Ec2Agent(Instance, key: agent.Key);
        goesOn.Token = agent.Token;
        (await goesOn.RegisterAsync()).Registration.ShouldEndWith(Instance.Id);
    }

    [Fact]
    public async Task Case50_a_clock_that_jumps_ahead_ends_what_was_under_way_and_nothing_else()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestReplica replica = await TestReplica.StartAsync(_aws.Plane, _aws.Plane.KubeconfigPath, time, _aws.Options);
        TestAgent agent = _aws.Ec2Agent(Instance, through: replica.Channel);
        await agent.AdmitAsync();

        time.Advance(TimeSpan.FromHours(2));
        agent.Now = time.GetUtcNow();

        await _aws.RefusedAsync(() => agent.RegisterAsync(), Reasons.TokenExpired, auditLog: replica.AuditLog);
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
    }

    [Fact]
    public async Task Case50_a_clock_that_jumps_back_lets_in_nothing_from_the_future()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestReplica replica = await TestReplica.StartAsync(_aws.Plane, _aws.Plane.KubeconfigPath, time, _aws.Options);
        TestAgent agent = _aws.Ec2Agent(Instance, through: replica.Channel);
        await agent.AuthorizeAsync();
        agent.Now = time.GetUtcNow().AddHours(2);

        await _aws.RefusedAsync(() => agent.RegisterAsync(), Reasons.ProofExpired, "the plane's clock is two hours behind", auditLog: replica.AuditLog);
        agent.Now = time.GetUtcNow();
        await agent.RegisterAsync();
    }

    [Fact]
    public void Case26_and_50_a_challenge_is_good_for_two_minutes_of_the_planes_clock()
    {
        var time = new FakeTimeProvider();
        var challenges = new ChallengeIssuer(time);
        byte[] key = new byte[32];
        byte[] challenge = challenges.Create(key).Bytes;

        challenges.Check(challenge, key).ShouldBe(ChallengeState.Good);
        time.Advance(TimeSpan.FromSeconds(121));
        challenges.Check(challenge, key).ShouldBe(ChallengeState.Expired);
        challenges.Check(challenge, [.. key[..31], 1]).ShouldBe(ChallengeState.Foreign);
    }

    private static bool HasRetryInfo(RpcException e) =>
        Google.Rpc.Status.Parser.ParseFrom(e.Trailers.First(t => t.Key == "grpc-status-details-bin").ValueBytes)
            .Details.Any(d => d.Is(RetryInfo.Descriptor));
}
