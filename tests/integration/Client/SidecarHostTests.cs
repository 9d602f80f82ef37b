using System.Collections.Concurrent;
using Onboarding.Api.Configuration;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>When the machine around a sidecar is prepared, and when that is undone.</summary>
public sealed class SidecarHostTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly Host _host = new();
    private readonly List<SidecarSupervisor> _supervisors = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (SidecarSupervisor supervisor in _supervisors)
        {
            await supervisor.StopAsync(TimeSpan.Zero);
            await supervisor.DisposeAsync();
        }

        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Each_start_is_prepared_and_each_end_undone()
    {
        SidecarSupervisor supervisor = Supervisor();
        await supervisor.EnsureAsync("core-1");
        await ReadyAsync(supervisor, 1);
        await supervisor.EnsureAsync("core-2");
        await ReadyAsync(supervisor, 2);
        await supervisor.StopAsync();
        _host.Calls.First().ShouldBe("prepare core-1");
        _host.Calls.ShouldContain("prepare core-2");
        _host.Calls.Last().ShouldBe("ended");
    }

    [Fact]
    public async Task One_that_ends_by_itself_keeps_its_redirection_until_it_is_started_again()
    {
        SidecarSupervisor supervisor = Supervisor(ShellScript.Write(_directory, "crash", "exit 1"));
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => _host.Calls.Count >= 3, "other starts");
        _host.Calls.ShouldAllBe(c => c == "prepare core-1");
        await supervisor.StopAsync();
        _host.Calls.Last().ShouldBe("ended");
    }

    [Fact]
    public async Task A_sidecar_whose_agent_crashed_goes_on_as_it_is_and_is_taken_over()
    {
        SidecarSupervisor first = Supervisor();
        await first.EnsureAsync("core-1");
        await ReadyAsync(first, 1);
        await first.DisposeAsync();
        _supervisors.Clear();
        SidecarSupervisor second = Supervisor();
        await second.RecoverAsync();
        (await second.EnsureAsync("core-1")).ShouldBeFalse();
        _host.Calls.ShouldBe(["prepare core-1"]);
    }

    [Fact]
    public async Task What_ended_while_no_agent_was_there_is_undone_when_one_starts()
    {
        await Supervisor().RecoverAsync();
        _host.Calls.ShouldBe(["ended"]);
    }

    [Fact]
    public async Task What_cannot_be_prepared_is_not_started_and_is_tried_again()
    {
        _host.Failure = new IOException("iptables is stuck");
        SidecarSupervisor supervisor = Supervisor();
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => supervisor.Status is { State: SidecarState.Failed, Message: "iptables is stuck" }, "the failure");
        File.Exists(_directory["sidecar.log"]).ShouldBeFalse();
        _host.Failure = null;
        await ReadyAsync(supervisor, 1);
    }

    [Fact]
    public async Task A_machine_without_the_program_is_left_as_it_is()
    {
        SidecarSupervisor supervisor = Supervisor(_directory["not-there"]);
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => supervisor.Status.State == SidecarState.Failed, "the failure");
        _host.Calls.ShouldNotContain("prepare core-1");
    }

    [Fact]
    public async Task What_will_not_work_is_told_once_however_often_it_is_started()
    {
        var told = new ConcurrentQueue<string>();
        _host.Notices = [new SidecarNotice("Docker is here.", "say so")];
        SidecarSupervisor supervisor = Supervisor(ShellScript.Write(_directory, "crash", "exit 1"));
        supervisor.Noticed = notice => told.Enqueue(notice.Describe());
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => _host.Calls.Count(c => c.StartsWith("prepare", StringComparison.Ordinal)) >= 3, "the third start");
        told.ShouldBeGolden();
    }

    [Fact]
    public async Task Traffic_is_captured_before_the_sidecar_is_called_ready()
    {
        var told = new ConcurrentQueue<CaptureState>();
        SidecarSupervisor supervisor = Supervisor();
        supervisor.Captured = told.Enqueue;
        await supervisor.EnsureAsync("core-1");
        await ReadyAsync(supervisor, 1);
        _host.Captures.ShouldBe(["capture"]);
        _host.CapturedFirst.ShouldBe([false]);
        await supervisor.EnsureAsync("core-2");
        await ReadyAsync(supervisor, 2);
        _host.Captures.ShouldNotContain("release");
        supervisor.Capture.ShouldBe(CaptureState.InForce);
        await supervisor.StopAsync();
        told.ShouldBe([CaptureState.Waiting, CaptureState.InForce, CaptureState.None]);
    }

    [Fact]
    public async Task What_cannot_be_captured_is_not_called_ready()
    {
        _host.CaptureFailure = new OnboardingException(ErrorIds.SidecarFailed, "No rule could be made.", "look at the rules");
        SidecarSupervisor supervisor = Supervisor();
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => supervisor.Status is { State: SidecarState.Failed, Failure.NextStep: "look at the rules" }, "the failure");
        supervisor.Capture.ShouldBe(CaptureState.Waiting);
    }

    [Fact]
    public async Task The_administrator_s_rules_are_left_to_the_administrator()
    {
        _host.IsAgents = false;
        SidecarSupervisor supervisor = Supervisor();
        await supervisor.EnsureAsync("core-1");
        await ReadyAsync(supervisor, 1);
        supervisor.Capture.ShouldBe(CaptureState.NotByAgent);
    }

    [Theory]
    [InlineData(CaptureOnFailure.Closed)]
    [InlineData(CaptureOnFailure.Open)]
    public async Task A_sidecar_that_stays_down_opens_the_machine_only_where_that_is_wanted(CaptureOnFailure onFailure)
    {
        var capture = new CaptureConfiguration { Start = CaptureStart.BeforeStart, OnFailure = onFailure, OpenAfter = TimeSpan.FromMilliseconds(20) };
        int status = 503;
        await using LoopbackServer pilotAgent = await LoopbackServer.StartAsync(http => LoopbackServer.StatusAsync(http, Volatile.Read(ref status)));
        SidecarSupervisor supervisor = Supervisor(ShellScript.Write(_directory, "crash", "exit 1"), capture, pilotAgent.Url);
        await supervisor.EnsureAsync("core-1");
        bool opens = onFailure == CaptureOnFailure.Open;
        await Eventually.Is(() => !opens || supervisor.Capture == CaptureState.Opened, "it opens");
        int starts = _host.CapturedFirst.Count;
        await Eventually.Is(() => _host.CapturedFirst.Count >= starts + 3, "three more starts");
        supervisor.Capture.ShouldBe(opens ? CaptureState.Opened : CaptureState.InForce);
        _host.Captures.Count(c => c == "release").ShouldBe(opens ? 1 : 0);
        // One that crashes over and over does not close it again.
        _host.CapturedFirst.Skip(starts + 1).ShouldAllBe(first => first != opens);
        ShellScript.Write(_directory, "crash", "exec sleep 1000");
        Volatile.Write(ref status, 200);
        await Eventually.Is(() => supervisor.Capture == CaptureState.InForce && supervisor.Status.State == SidecarState.Ready, "it is captured again");
    }

    private Task ReadyAsync(SidecarSupervisor supervisor, int starts) => Eventually.Is(
        () => supervisor.Status.State == SidecarState.Ready
            && File.ReadAllLines(_directory["sidecar.log"]).Count(l => l.StartsWith("start", StringComparison.Ordinal)) == starts,
        $"start {starts}");

    private SidecarSupervisor Supervisor(string? script = null, CaptureConfiguration? capture = null, Uri? readiness = null)
    {
        var supervisor = new SidecarSupervisor(
            new SidecarProgram(script ?? ShellScript.Sidecar(_directory)) { Host = _host, Capture = capture ?? new CaptureConfiguration(), Readiness = readiness },
            _directory.Path,
            _directory.Path,
            TimeProvider.System,
            () => 0.01,
            _log.CreateLogger<SidecarSupervisor>(),
            _ => { });
        _supervisors.Add(supervisor);
        return supervisor;
    }

    private sealed class Host : ISidecarHost
    {
        public ConcurrentQueue<string> Calls { get; } = new();

        public ConcurrentQueue<string> Captures { get; } = new();

        public ConcurrentQueue<bool> CapturedFirst { get; } = new();

        public OnboardingException? CaptureFailure { get; set; }

        public bool IsAgents { get; set; } = true;

        public IReadOnlyList<SidecarNotice> Notices { get; set; } = [];

        public IOException? Failure { get; set; }

        public Launch Undo => new("/bin/true");

        public Task<OnboardingException?> FindProblemAsync(CancellationToken cancellationToken) => Task.FromResult<OnboardingException?>(null);

        public Task<IReadOnlyList<SidecarNotice>> PrepareAsync(SidecarStart start)
        {
            CapturedFirst.Enqueue(start.CapturesFirst);
            Calls.Enqueue($"prepare {start.CoreHash}");
            return Failure is { } failure ? Task.FromException<IReadOnlyList<SidecarNotice>>(failure) : Task.FromResult(Notices);
        }

        public Task<bool> CaptureAsync()
        {
            Captures.Enqueue("capture");
            return CaptureFailure is { } failure ? Task.FromException<bool>(failure) : Task.FromResult(IsAgents);
        }

        public Task<bool> ReleaseAsync()
        {
            Captures.Enqueue("release");
            return Task.FromResult(IsAgents);
        }

        public Task EndedAsync()
        {
            Calls.Enqueue("ended");
            return Task.CompletedTask;
        }

        public void InstallLive(string bootDirectory)
        {
        }

        public Task RemoveAsync() => Task.CompletedTask;
    }
}
