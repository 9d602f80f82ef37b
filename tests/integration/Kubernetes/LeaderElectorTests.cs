using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Operator.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

public sealed class LeaderElectorTests : IAsyncLifetime
{
    private readonly LeaseServer _leases = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly TestLog _log = new();
    private readonly List<IDisposable> _clients = [];
    private FakeApiServer _server = null!;
    private int _leading;
    private int _mostAtOnce;

    public async ValueTask InitializeAsync() => _server = await FakeApiServer.StartAsync(_leases.HandleAsync);

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await _server.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task One_of_two_leads_and_the_other_takes_over_at_once_when_it_stops()
    {
        using var stopA = new CancellationTokenSource();
        using var stopB = new CancellationTokenSource();
        LeaderElector a = Candidate("a");
        Task runA = a.RunAsync(LeadAsync, stopA.Token);
        await PumpAsync(() => a.IsLeader, "a to lead");
        LeaderElector b = Candidate("b");
        Task runB = b.RunAsync(LeadAsync, stopB.Token);
        await PumpAsync(() => b.CurrentLeader == "a", "b to see it");
        b.IsLeader.ShouldBeFalse();

        await stopA.CancelAsync();
        await runA;
        _leases.Holder.ShouldBe("", "it is given back, not left to run out");
        await PumpAsync(() => b.IsLeader, "b to lead");

        a.IsLeader.ShouldBeFalse();
        ((int?)_leases.Spec!["leaseTransitions"]).ShouldBe(1);
        await stopB.CancelAsync();
        await runB;
        _mostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task A_leader_that_cannot_renew_stops_before_another_takes_over()
    {
        using var stop = new CancellationTokenSource();
        LeaderElector a = Candidate("a");
        Task runA = a.RunAsync(LeadAsync, stop.Token);
        await PumpAsync(() => a.IsLeader, "a to lead");
        LeaderElector b = Candidate("b");
        Task runB = b.RunAsync(LeadAsync, stop.Token);
        await PumpAsync(() => b.CurrentLeader == "a", "b to see it");

        _leases.CutOff = "test/a";

        // Past the deadline of the one (10 s) and before the lease has run out for the other (15 s), time waits for the one's work to end.
        TimeSpan passed = TimeSpan.Zero;
        await Eventually.Is(
            () =>
            {
                TimeSpan step = passed < TimeSpan.FromSeconds(11) ? TimeSpan.FromMilliseconds(100) : TimeSpan.Zero;
                _clock.Advance(step);
                passed += step;
                return !a.IsLeader && Volatile.Read(ref _leading) == 0;
            },
            "a to stop");
        await PumpAsync(() => b.IsLeader, "b to lead");

        a.IsLeader.ShouldBeFalse();
        _mostAtOnce.ShouldBe(1);
        _log.Entries.Single(e => e.EventId.Id == 2041).Message.ShouldContain("ns/lead");
        await stop.CancelAsync();
        await Task.WhenAll(runA, runB);
    }

    [Fact]
    public async Task A_leader_that_was_stopped_past_its_deadline_writes_nothing_when_it_goes_on()
    {
        // SIGSTOP, or a machine that was moved: its work goes on where it was, before any timer has told it that another leads.
        var fence = new LeadershipFence("ns");
        LeaderElector a = fence.Guard(Candidate("a"));
        using KubernetesClient work = _server.Client(new KubernetesClientOptions { TimeProvider = _clock, UserAgent = "test/work", MayWrite = fence.MayWrite });
        KubernetesException follows = await Should.ThrowAsync<KubernetesException>(() => work.DeleteAsync<V1ConfigMap>("ns", "x"));
        (follows.Status.Reason, a.MayAct).ShouldBe(("NotLeading", false), "it doesn't lead yet");
        using var stop = new CancellationTokenSource();
        Task run = a.RunAsync(LeadAsync, stop.Token);
        await PumpAsync(() => a.MayAct, "a to lead");
        _leases.CutOff = "test/a";

        _clock.Advance(TimeSpan.FromSeconds(10));

        a.MayAct.ShouldBeFalse();
        (await Should.ThrowAsync<KubernetesException>(() => work.DeleteAsync<V1ConfigMap>("ns", "x"))).Status.Reason.ShouldBe("NotLeading");
        (await Should.ThrowAsync<KubernetesException>(() => work.CreateAsync(new V1ConfigMap { Metadata = new() { Namespace = "ns", Name = "x" } }))).Status.Reason.ShouldBe("NotLeading");
        fence.MayWrite("/apis/coordination.k8s.io/v1/namespaces/ns/leases/onboarding-instance-x").ShouldBeFalse("another instance's Lease");
        fence.MayWrite("/apis/coordination.k8s.io/v1/namespaces/ns/leases/onboarding-plane-leader").ShouldBeTrue("it takes part in the election");
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Who_waits_takes_over_when_the_lease_runs_out_and_not_at_its_next_look()
    {
        var times = new LeaderElectorOptions { LeaseDuration = TimeSpan.FromSeconds(10), RenewDeadline = TimeSpan.FromSeconds(9), RetryPeriod = TimeSpan.FromSeconds(7) };
        using var stop = new CancellationTokenSource();
        LeaderElector a = Candidate("a", times);
        Task runA = a.RunAsync(LeadAsync, stop.Token);
        await PumpAsync(() => a.IsLeader, "a to lead");
        _leases.CutOff = "test/a";
        LeaderElector b = Candidate("b", times);
        Task runB = b.RunAsync(LeadAsync, stop.Token);
        await Eventually.Is(() => b.CurrentLeader == "a", "b to see it");
        TimeSpan passed = TimeSpan.Zero;
        await Eventually.Is(
            () =>
            {
                // By its looks alone, of which the second is after 14 s at least, it would come later.
                TimeSpan step = passed < TimeSpan.FromSeconds(12) ? TimeSpan.FromMilliseconds(100) : TimeSpan.Zero;
                _clock.Advance(step);
                passed += step;
                return b.IsLeader;
            },
            "b to lead");
        await stop.CancelAsync();
        await Task.WhenAll(runA, runB);
    }

    [Fact]
    public async Task The_lease_says_who_and_since_when()
    {
        using var stop = new CancellationTokenSource();
        LeaderElector a = Candidate("a");
        Task run = a.RunAsync(LeadAsync, stop.Token);
        await PumpAsync(() => a.IsLeader, "a to lead");
        string renewed = (string)_leases.Spec!["renewTime"]!;

        await PumpAsync(() => (string?)_leases.Spec!["renewTime"] != renewed, "a to renew");

        ((int?)_leases.Spec!["leaseDurationSeconds"]).ShouldBe(15);
        ((string?)_leases.Spec!["acquireTime"]).ShouldBe("2026-01-02T03:04:05.000000Z");
        a.CurrentLeader.ShouldBe("a");
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Work_that_ends_ends_the_lead_and_work_that_fails_is_heard_of()
    {
        await Candidate("a").RunAsync(_ => Task.CompletedTask, CancellationToken.None);
        _leases.Holder.ShouldBe("");

        InvalidOperationException e = await Should.ThrowAsync<InvalidOperationException>(
            () => Candidate("b").RunAsync(_ => throw new InvalidOperationException("broken"), CancellationToken.None));

        e.Message.ShouldBe("broken");
        _leases.Holder.ShouldBe("");
    }

    [Fact]
    public async Task What_fails_when_the_lead_is_lost_does_not_keep_a_process_from_leading_again()
    {
        _log.Expect("LeaderElector[2043]");
        using var stop = new CancellationTokenSource();
        int leads = 0;
        LeaderElector a = Candidate("a");
        Task run = a.RunAsync(
            async lost =>
            {
                leads++;
                await Task.Delay(Timeout.Infinite, lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new InvalidOperationException("it didn't clean up");
            },
            stop.Token);
        await PumpAsync(() => a.IsLeader, "a to lead");
        _leases.CutOff = "test/a";
        await PumpAsync(() => !a.IsLeader, "a to lose the lead");

        _leases.CutOff = null;
        await PumpAsync(() => a.IsLeader, "a to lead again");

        await PumpAsync(() => Volatile.Read(ref leads) == 2, "its work to begin again");
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public void Times_in_the_wrong_order_are_refused()
    {
        Should.Throw<ArgumentException>(() => Candidate("a", new LeaderElectorOptions { RenewDeadline = TimeSpan.FromSeconds(15) }));
        Should.Throw<ArgumentException>(() => Candidate("a", new LeaderElectorOptions { RetryPeriod = TimeSpan.FromSeconds(10) }));
    }

    private LeaderElector Candidate(string identity, LeaderElectorOptions? options = null)
    {
        KubernetesClient client = _server.Client(new KubernetesClientOptions
        {
            TimeProvider = _clock,
            LoggerFactory = _log,
            UserAgent = $"test/{identity}",
            MaxRetries = 1,
        });
        _clients.Add(client);
        return new LeaderElector(client, "ns", "lead", identity, options);
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        _mostAtOnce = Math.Max(_mostAtOnce, Interlocked.Increment(ref _leading));
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _leading);
        }
    }

    // Slower than real requests need, faster than the real clock.
    private Task PumpAsync(Func<bool> condition, string what) => Eventually.Is(
        () =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return condition();
        },
        what);
}
